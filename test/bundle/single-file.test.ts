// The command line as one file: it runs in a folder where nothing else is, and says what the packed one says.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildSingleFile } from '../../scripts/single-file.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { distFolder } from '../parts/packed-action.ts';
import { collect } from '../parts/run.ts';

it('runs alone, and says what the packed command line says', async () => {
  const file = join(scratchFolder('single-file'), 'cli.js');
  await buildSingleFile(distFolder, file);
  const environment = { PATH: '/usr/bin:/bin' };
  const ask = (script: string, ...args: string[]) =>
    collect(process.execPath, [script, ...args], { cwd: '/', env: environment });
  const [one, packed] = await Promise.all([ask(file, '--help'), ask(join(distFolder, 'cli.js'), '--help')]);
  expect(one).toEqual(packed);
  expect(one.status).toBe(0);
  // The lazily loaded half: a store, and S3 with it.
  const listed = await ask(
    file,
    'list',
    '--destination',
    's3://bucket/prefix',
    '--s3-endpoint',
    'http://127.0.0.1:1',
  );
  expect(listed.status, listed.err).not.toBe(0);
  expect(listed.err + listed.out).toMatch(/PGB3\d\d/);
});
