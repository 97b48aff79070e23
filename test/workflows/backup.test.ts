// The nightly backup as people copy it, from the schedule's event to what lies in the bucket.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUCKET,
  handedOn,
  PATIENCE,
  startWorkflowBench,
  type WorkflowBench,
  whatRan,
} from '../parts/act/bench.ts';
import { need } from '../parts/availability.ts';
import { startGitHubOidc } from '../parts/github-oidc.ts';
import { MINIO_ROLE, startMinio } from '../parts/s3-servers.ts';

const parts = await need('act', 'versitygw', 'postgres-17');

describe.skipIf(parts.missing)('the nightly backup', { timeout: PATIENCE }, () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    bench = await startWorkflowBench();
  });
  afterAll(() => bench?.stop());

  it('backs up, shows it, and hands on the id alone', async () => {
    const run = await bench.run({ workflow: bench.addExample('backup.yml'), event: 'schedule' });
    expect(whatRan(run)).toEqual(['backup: Back up success', 'prune: Prune success']);
    const { outputs, summary, log } = run.job('backup');
    expect(outputs).toMatchObject({ 'backup.result': 'success', 'backup.level': 'stored' });
    expect(handedOn(run)).toEqual({ 'backup-id': outputs['backup.backup-id'] });
    expect(summary).toContain('1,040 rows in 3 tables');
    expect(await bench.keys()).toContain(`pg/${outputs['backup.manifest-key']}`);
    expect(log).not.toContain(bench.postgres.password);
    expect(run.exitCode).toBe(0);
  });

  it('prunes in its second job what the policy lets go, and nothing without a policy', async () => {
    const nightly = (retention: string) =>
      bench.run({
        workflow: bench.addExample('backup.yml', { retention, tier: 'daily', 'min-keep': 1 }),
        event: 'schedule',
      });
    const manifests = async () =>
      (await bench.keys()).filter(key => /\/daily\/.*\.manifest\.json$/.test(key));
    expect(whatRan(await nightly(''))).toEqual(['backup: Back up success']);
    expect(await manifests()).toHaveLength(1);
    const run = await nightly('daily: 1');
    expect(whatRan(run)).toEqual(['backup: Back up success', 'prune: Prune success']);
    expect(await manifests()).toEqual([`pg/${run.job('backup').outputs['backup.manifest-key']}`]);
  });

  it('fails where the database does not answer, and the caller with it', async () => {
    const before = await bench.keys();
    const run = await bench.run({
      workflow: bench.addExample('backup.yml'),
      event: 'schedule',
      secrets: { DATABASE_URL: 'postgresql://nobody:wrong@127.0.0.1:1/shop' },
    });
    expect(whatRan(run)).toEqual(['backup: Back up failure']);
    expect(run.job('backup').annotations).toEqual([expect.stringMatching(/^error: PGB213/)]);
    expect(await bench.keys()).toEqual(before);
    expect(run.exitCode).not.toBe(0);
  });
});

const withRoles = await need('act', 'minio', 'postgres-17');

describe.skipIf(withRoles.missing)('the nightly backup with a role', { timeout: PATIENCE }, () => {
  it('takes it with the token of the job, and no key is anywhere', async () => {
    await using github = await startGitHubOidc();
    await using bench = await startWorkflowBench(() =>
      startMinio({ bucket: BUCKET, tokensOf: github.issuer }),
    );
    const run = await bench.run({
      workflow: bench.addExample('backup.yml', { 'aws-role': MINIO_ROLE, 'prune-aws-role': MINIO_ROLE }),
      event: 'schedule',
      secrets: { S3_ACCESS_KEY_ID: '', S3_SECRET_ACCESS_KEY: '' },
      environment: {
        ...github.environment,
        AWS_ENDPOINT_URL_STS: bench.s3.endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    const { outputs, log } = run.job('backup');
    expect(outputs, log).toMatchObject({ 'backup.result': 'success', 'backup.level': 'stored' });
    // One for the backup, one for the pruning.
    expect(github.issued).toHaveLength(2);
    for (const token of github.issued) expect(run.jobs.map(job => job.log).join()).not.toContain(token);
    expect(await bench.keys()).toContain(`pg/${outputs['backup.manifest-key']}`);
  });
});
