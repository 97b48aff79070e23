// What `npm pack` puts into the package, and that it runs from there, without any other package.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../parts/folder.ts';
import { runProgram } from '../parts/packed-cli.ts';
import { run } from '../parts/run.ts';

describe('the npm package', () => {
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'npm-pack-'));
    const options = { cwd: checkout, env: { ...process.env, npm_config_cache: join(work, 'cache') } };
    await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', work], options);
    const [tarball = ''] = readdirSync(work).filter(name => name.endsWith('.tgz'));
    await run('tar', ['xzf', join(work, tarball), '-C', work]);
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('holds the bundle, the documents and nothing of the sources', () => {
    const packed = join(work, 'package');
    const top = readdirSync(packed).sort();
    expect(top).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'action.yml', 'dist', 'package.json']),
    );
    for (const name of ['src', 'test', 'scripts', 'node_modules', '.github', '.parts'])
      expect(top).not.toContain(name);
    expect(readdirSync(join(packed, 'dist')).sort()).toEqual(readdirSync(join(checkout, 'dist')).sort());
  });

  it('runs by itself from where it is unpacked', async () => {
    const { bin, version } = JSON.parse(readFileSync(join(work, 'package/package.json'), 'utf8'));
    const alone = join(work, 'alone');
    cpSync(join(work, 'package'), alone, { recursive: true });
    const script = join(alone, bin['pg-backup']);
    expect(readFileSync(script, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const end = await runProgram(process.execPath, [script, '--version'], { cwd: alone });
    expect(end).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    const list = await runProgram(process.execPath, [script, 'list', '--destination', `file://${work}`]);
    expect([list.exitCode, list.stdout]).toEqual([0, 'No backups.\n']);
  });
});
