// The packed restore action as the runner starts it: a plan, the plan carried out, and a run that refuses its event.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles } from '../../scripts/generate.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { type Bench, type BenchRun, distFolder, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('the packed restore action', () => {
  let bench: Bench;
  let prefix: string;
  let actionFolder: string;

  beforeAll(async () => {
    bench = await startBench();
    prefix = bench.freshPrefix();
    const base = scratchFolder('restore-action');
    actionFolder = join(base, 'restore');
    mkdirSync(actionFolder);
    writeFileSync(join(actionFolder, 'action.yml'), generatedFiles()['restore/action.yml'] ?? '');
    symlinkSync(distFolder, join(base, 'dist'));
    const backup = await bench.run({ prefix });
    expect(backup.exitCode, backup.log).toBe(0);
    await bench.server.psql('delete from loans; delete from books', 'shop');
  });
  afterAll(() => bench?.stop());

  const run = (
    inputs: Record<string, string>,
    event?: { name: string; private: boolean },
  ): Promise<BenchRun> => bench.run({ prefix, actionFolder, inputs, ...(event && { event }) });

  it('without a confirmation it ends red, with the plan and its hash in log, summary and outputs', async () => {
    const planned = await run({});
    expect([planned.exitCode, planned.conclusion]).toEqual([2, 'failure']);
    expect(planned.outputs).toMatchObject({
      'plan-hash': expect.stringMatching(/^[0-9a-f]{12}$/),
      'backup-id': expect.stringMatching(/^\w{8}$/),
      database: '',
      undo: '',
      result: 'failed',
    });
    for (const text of [planned.log, planned.summary]) expect(text).toContain(planned.outputs['plan-hash']);
    expect(planned.log).toContain(`confirm: ${planned.outputs['plan-hash']}`);
    expect(await bench.server.psql('select count(*) from books', 'shop')).toBe('0');
  });

  it('carries a plan out, says so everywhere, and leaves nothing behind', async () => {
    const planned = await run({ 'dry-run': 'true' });
    expect(planned.exitCode, planned.log).toBe(0);
    expect(planned.slack).toEqual([]);
    const { 'plan-hash': confirm = '', 'backup-id': backup = '' } = planned.outputs;
    const done = await run({ confirm, backup });
    expect(done.log).not.toContain('PGB999');
    expect([done.exitCode, done.postExitCode, done.conclusion]).toEqual([0, 0, 'success']);
    expect(done.outputs).toMatchObject({
      'plan-hash': confirm,
      database: 'shop',
      level: 'stored',
      result: 'success',
    });
    expect(done.outputs.undo).toMatch(/^psql [\s\S]*RENAME TO "shop"'$/);
    expect(done.summary).toContain('## PostgreSQL restore\n');
    expect(done.summary).toContain('RENAME TO');
    expect(done.slack.length).toBe(1);
    expect(done.slack[0]?.text).toMatch(/^Restored `shop` from backup/);
    expect(done.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    expect(await bench.server.psql('select count(*) from books', 'shop')).toBe('1000');
    for (const [where, text] of Object.entries(done.traces))
      expect(text.includes(bench.server.password), where).toBe(false);
  });

  it('tells no name in a public repository', async () => {
    const planned = await run({ 'dry-run': 'true' }, { name: 'workflow_dispatch', private: false });
    expect(planned.exitCode, planned.log).toBe(0);
    expect(planned.log + planned.summary).not.toMatch(/`shop`|127\.0\.0\.1/);
    expect(planned.log).toContain(planned.outputs['plan-hash']);
  });

  it('refuses an event that anybody may open', async () => {
    const refused = await run({}, { name: 'pull_request_target', private: true });
    expect(refused.exitCode).toBe(2);
    expect(refused.log).toContain('PGB140 A restore does not run on the event pull_request_target');
  });

  it('is the action that its folder describes', () => {
    const metadata = parse(generatedFiles()['restore/action.yml'] ?? '');
    expect(metadata.runs).toEqual({
      using: 'node24',
      main: '../dist/restore.js',
      post: '../dist/cleanup.js',
    });
  });
});
