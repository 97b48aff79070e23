// The npm package of a release: what the repository packs, without the packages that dist/ holds already, so that
// installing it brings one package and asks for no other.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './root.ts';

/** For those who build it, not for those who run it. */
const OURS_ALONE = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies', 'overrides'];

/** Writes the tarball into `folder`, which is made, and returns its name. `dist` is taken as it lies there. */
export function packNpmPackage(folder: string): string {
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'npm-package-'));
  try {
    const about: Record<string, unknown> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const key of OURS_ALONE) delete about[key];
    writeFileSync(join(work, 'package.json'), `${JSON.stringify(about, null, 2)}\n`);
    for (const name of [...(about.files as string[]), 'README.md'])
      cpSync(join(root, name), join(work, name), { recursive: true });
    const options = ['--ignore-scripts', '--offline', '--silent', '--pack-destination', target];
    return execFileSync('npm', ['pack', ...options], { cwd: work, encoding: 'utf8' }).trim();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [folder = join(root, 'build')] = process.argv.slice(2);
  console.log(`wrote ${join(folder, packNpmPackage(folder))}`);
}
