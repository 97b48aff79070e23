// What a release publishes to npm: the bundle and the documents, installed as people install it, with no registry to
// ask for anything else.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packNpmPackage } from '../../scripts/npm-package.ts';
import { checkout } from '../parts/folder.ts';
import { runProgram } from '../parts/packed-cli.ts';
import { run } from '../parts/run.ts';

describe('the npm package', () => {
  let work: string;
  let installed: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'npm-package-test-'));
    const tarball = join(work, packNpmPackage(work));
    const options = { cwd: work, env: { ...process.env, npm_config_cache: join(work, 'cache') } };
    await run(
      'npm',
      ['install', '--global', '--offline', '--prefix', join(work, 'prefix'), tarball],
      options,
    );
    installed = join(work, 'prefix/lib/node_modules/pg-backup-action');
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('holds the bundle, the documents and nothing of the sources', () => {
    const top = readdirSync(installed).sort();
    expect(top).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'action.yml', 'dist', 'package.json']),
    );
    for (const name of ['src', 'test', 'scripts', 'node_modules', '.github', '.parts'])
      expect(top).not.toContain(name);
    expect(readdirSync(join(installed, 'dist')).sort()).toEqual(readdirSync(join(checkout, 'dist')).sort());
  });

  it('is the only package that an installation brings', () => {
    expect(readdirSync(dirname(installed))).toEqual(['pg-backup-action']);
  });

  it('puts pg-backup on the PATH, which says its version and lists a folder', async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    const command = join(work, 'prefix/bin/pg-backup');
    const environment = { cwd: work, env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } };
    expect(await runProgram(command, ['--version'], environment)).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
    const list = await runProgram(command, ['list', '--destination', `file://${work}`], environment);
    expect([list.exitCode, list.stdout]).toEqual([0, 'No backups.\n']);
  });
});
