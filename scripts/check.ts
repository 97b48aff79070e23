// `npm run check`: types, lint, generated files and dist/ fresh. Each is named with its verdict; all of them run, so
// that one call shows everything there is to mend.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { generatedFiles } from './generate.ts';
import { root } from './root.ts';

const checks: Readonly<Record<string, () => Promise<string | undefined> | string | undefined>> = {
  types: () => run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']),
  'lint and format': () => run('node_modules/@biomejs/biome/bin/biome', ['check', '.']),
  'generated files': () => {
    const stale = Object.entries(generatedFiles()).filter(
      ([path, text]) => read(join(root, path), 'utf8') !== text,
    );
    return stale.length > 0
      ? `stale: ${stale.map(([path]) => path).join(', ')}. Run npm run generate.`
      : undefined;
  },
  'dist/ is what the sources build': compareDist,
};

async function compareDist(): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-backup-dist-'));
  try {
    await build(folder);
    const names = [...new Set([...list(folder), ...list(join(root, 'dist'))])];
    const stale = names.filter(name => read(join(folder, name)) !== read(join(root, 'dist', name)));
    return stale.length > 0 ? `differs: ${stale.join(', ')}. Run npm run build and commit dist/.` : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** undefined = good, else what was printed. */
function run(script: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

/** latin1 holds any bytes one to one. */
function read(file: string, encoding: BufferEncoding = 'latin1'): string | undefined {
  try {
    return readFileSync(file, encoding);
  } catch {
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const fault = await check();
  console.log(`${fault === undefined ? 'ok  ' : 'FAIL'}  ${name}${fault === undefined ? '' : `\n${fault}`}`);
  if (fault !== undefined) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
