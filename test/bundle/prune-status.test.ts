// The packed prune and status as the runner starts them: a plan, the plan carried out, a look before and after, and what
// others read of it. They need no database server.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.ts';
import { type ActionRun, runAction } from '../parts/action-runner.ts';
import { folderPlace, type Place, scratchFolder } from '../parts/backup-places.ts';
import { distFolder } from '../parts/packed-action.ts';
import { nightlyBackups, OBJECTS_EACH, plantInFolder } from '../parts/planted-backups.ts';

const HOUR = 3_600_000;
const base = scratchFolder('small-actions');
symlinkSync(distFolder, join(base, 'dist'));
for (const name of ['prune', 'status']) {
  mkdirSync(join(base, name));
  writeFileSync(join(base, name, 'action.yml'), generatedFiles()[`${name}/action.yml`] ?? '');
}

let place: Place & { folder: string };

beforeEach(async () => {
  place = await folderPlace();
  const newest = Date.now() - HOUR;
  await plantInFolder(place.folder, nightlyBackups({ names: ['blog', 'shop'], nights: 5, newest }));
});

function run(action: 'prune' | 'status', inputs: Record<string, string>): Promise<ActionRun> {
  return runAction({
    actionFolder: join(base, action),
    inputs: { ...place.inputs, ...inputs },
    event: { name: 'schedule', private: true },
  });
}

describe('the packed prune', () => {
  const POLICY = { retention: 'daily: 3', 'min-keep': '1' };

  it('plans by default, and changes nothing', async () => {
    const before = await place.keys();
    const planned = await run('prune', POLICY);
    expect([planned.exitCode, planned.conclusion], planned.log).toEqual([0, 'success']);
    expect(planned.outputs).toMatchObject({
      deleted: '0',
      'would-delete': '4',
      kept: '6',
      hashes: '',
      result: 'planned',
    });
    expect(planned.summary).toContain('would be deleted');
    expect(await place.keys()).toEqual(before);
  });

  it('carries out what it planned', async () => {
    const done = await run('prune', { ...POLICY, 'dry-run': 'false', name: 'shop' });
    expect([done.exitCode, done.conclusion], done.log).toEqual([0, 'success']);
    expect(done.outputs).toMatchObject({ deleted: '2', kept: '3', result: 'success' });
    expect(await place.keys()).toHaveLength((3 + 5) * OBJECTS_EACH);
  });

  it('stops before too many, and tells the hash that lets them go', async () => {
    const tooMany = { ...POLICY, 'dry-run': 'false', 'max-delete': '1', name: 'blog' };
    const stopped = await run('prune', tooMany);
    expect([stopped.exitCode, stopped.conclusion]).toEqual([2, 'failure']);
    expect(stopped.outputs).toMatchObject({ deleted: '0', result: 'failed' });
    const { hashes = '' } = stopped.outputs;
    expect(stopped.summary).toContain(`confirm: ${hashes}`);
    const done = await run('prune', { ...tooMany, confirm: hashes });
    expect([done.exitCode, done.outputs.deleted], done.log).toEqual([0, '2']);
  });

  it('without a policy ends red, with every output set', async () => {
    const refused = await run('prune', {});
    expect(refused.exitCode).toBe(2);
    expect(refused.log).toContain('PGB540');
    expect(refused.outputs).toMatchObject({ deleted: '0', result: 'failed' });
  });
});

describe('the packed status', () => {
  it('tells how it stands, in outputs, summary and files', async () => {
    const www = scratchFolder('www');
    const seen = await run('status', {
      name: 'shop',
      'status-destination': `file://${www}`,
      'restored-within': 'off',
    });
    expect([seen.exitCode, seen.conclusion], seen.log).toEqual([0, 'success']);
    expect(seen.outputs).toMatchObject({
      status: 'ok',
      'failed-checks': '[]',
      names: '1',
      'backup-id': expect.stringMatching(/^\w{8}$/),
      level: 'stored',
      result: 'success',
    });
    expect(seen.summary).toContain('| `shop` |');
    const status = JSON.parse(await readFile(join(www, 'status.json'), 'utf8'));
    expect(status).toMatchObject({ command: 'status', verdict: 'ok', names: [{ name: 'shop' }] });
    expect(await readFile(join(www, 'metrics.prom'), 'utf8')).toContain('backup_last_success{name="shop"} ');
  });

  it.each<[Record<string, string>, number, string]>([
    [{ 'max-age': '30m' }, 0, 'degraded'],
    [{ 'max-age': '30m', 'fail-on': 'warning' }, 3, 'failed'],
    [{ name: 'nobody' }, 3, 'failed'],
    [{ name: 'nobody', 'fail-on': 'never' }, 0, 'degraded'],
    [{ destination: 'file:///nowhere/at/all' }, 2, 'failed'],
  ])('%j: exit status %i, %s', async (inputs, exitCode, result) => {
    const seen = await run('status', { 'restored-within': 'off', ...inputs });
    expect([seen.exitCode, seen.outputs.result], seen.log).toEqual([exitCode, result]);
    expect(seen.outputs.status).not.toBe('ok');
  });
});
