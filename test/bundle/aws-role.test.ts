// The packed action with `aws-role`: a token as GitHub gives it, the published trust policy and the published policy of the
// role; sessions are renewed while it runs, and nobody after it, beside it or below it finds a key.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { seedSmall } from '../parts/databases.ts';
import { ROLE_ARN, type RoleWorldOptions, startRoleWorld } from '../parts/github-role-world.ts';
import { Bench } from '../parts/packed-action.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { POLICY_PLACE, publishedPolicy } from '../parts/published-policy.ts';
import { type SlackEndpoint, startSlackEndpoint } from '../parts/slack-endpoint.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('a run of the packed action with `aws-role`', () => {
  let server: PostgresServer;
  let slack: SlackEndpoint;
  beforeAll(async () => {
    [server, slack] = await Promise.all([startPostgres({ major: 16 }), startSlackEndpoint()]);
    await seedSmall(server, 'shop');
    await server.createDatabase('large');
    await server.psql(
      `create table noise (bytes bytea);
      insert into noise select string_agg(sha256((i * 1000 + j)::text::bytea), '')
      from generate_series(1, 1000) i, generate_series(1, 1000) j group by i;`,
      'large',
    );
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), slack?.stop()]);
  });

  async function start(options: RoleWorldOptions = {}) {
    const world = await startRoleWorld({ policy: publishedPolicy('backup.json'), ...options });
    const bench = new Bench(server, world.s3, slack);
    const run = (more: Parameters<Bench['run']>[0] = {}) =>
      bench.run({
        prefix: POLICY_PLACE.prefix,
        ...more,
        inputs: { 'aws-role': ROLE_ARN, ...more.inputs },
        environment: { ...world.environment, ...more.environment },
      });
    return { ...world, run };
  }

  it('backs up, whatever keys stand in the environment, by a new session where S3 calls one expired', async () => {
    const { run, s3, sts } = await start();
    let expired = false;
    const { exitCode, outputs, log, keys } = await run({
      onLine(line) {
        if (expired || !line.includes('Back up (dump')) return;
        expired = true;
        sts.expireAll();
      },
    });
    expect([exitCode, outputs.result], log).toEqual([0, 'success']);
    expect(keys).toHaveLength(4);
    expect(new Set(s3.requests.map(({ accessKeyId }) => accessKeyId))).toEqual(
      new Set(sts.sessions.map(({ accessKeyId }) => accessKeyId)),
    );
    expect(sts.sessions).toHaveLength(2);
  });

  it('hands nothing on: not to later steps, not to children, not into any text; all of it is masked', async () => {
    const { run, github, sts } = await start();
    const { traces, masks, processes, log, exitCode } = await run({ watchProcesses: true });
    expect(exitCode, log).toBe(0);
    const [session] = sts.sessions;
    const secrets = [...github.issued, session?.secretAccessKey ?? '', session?.sessionToken ?? ''];
    expect(secrets.filter(secret => secret.length < 20)).toEqual([]);
    expect(masks).toEqual(expect.arrayContaining(secrets));
    for (const [where, text] of Object.entries(traces))
      for (const secret of secrets) expect(text.includes(secret), where).toBe(false);
    const children = processes.filter(({ argv }) => !argv.some(word => word.endsWith('.js')));
    expect(children.length).toBeGreaterThan(1);
    for (const { environment } of children)
      expect(Object.keys(environment).filter(name => /^(AWS|ACTIONS)_/.test(name))).toEqual([]);
  });

  it('killed in the middle, leaves its upload to post, which takes the role anew', async () => {
    const { run, s3, sts } = await start();
    const hung = s3.faults.add({ operation: 'UploadPart', nth: 2, then: { kind: 'never-answer' } });
    const { exitCode, postLog, uploads } = await run({
      database: 'large',
      inputs: { compression: 'none' },
      killAfter: hung.struck,
    });
    expect(exitCode).toBe(137);
    expect(postLog).toContain('Dropped the unfinished upload');
    expect(uploads).toEqual([]);
    expect(sts.sessions).toHaveLength(2);
  });

  it('without `id-token: write` ends before it begins, and says which line is missing', async () => {
    const { run, s3 } = await start();
    const { exitCode, log } = await run({ environment: { ACTIONS_ID_TOKEN_REQUEST_URL: '' } });
    expect([exitCode, s3.requests.length]).toEqual([2, 0]);
    expect(log).toContain('PGB161');
    expect(log).toContain('`permissions: id-token: write`');
  });

  it('refused by the trust policy, shows what must stand in it', async () => {
    const sub = 'repo:acme/shop:ref:refs/heads/main';
    const { run } = await start({ github: { claims: { sub } } });
    const { exitCode, log, annotations } = await run();
    expect(exitCode, log).toBe(2);
    expect(log).toContain(`sub "${sub}", aud "sts.amazonaws.com"`);
    expect(JSON.stringify(annotations)).toContain('PGB163');
  });
});
