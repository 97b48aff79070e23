// A role taken with the job's token: what the store sees, when it is renewed, and what people are told when it is refused.
import { expect, onTestFinished, test } from 'vitest';
import { githubRole } from '../../../src/storage/github-role.ts';
import type { ObjectStore } from '../../../src/storage/port.ts';
import { openS3Store } from '../../../src/storage/s3-store.ts';
import { JOB_SUB } from '../../parts/github-oidc.ts';
import { ROLE_ARN, type RoleWorld, startRoleWorld } from '../../parts/github-role-world.ts';
import {
  BUCKET,
  IMPATIENT,
  never,
  startUpload,
  threeParts,
  uploadThreeParts,
} from '../../parts/stand-in-store.ts';

const read = { maxBytes: 10, signal: never };
const RUN = { GITHUB_RUN_ID: '4711' };

interface Wishes {
  role?: string;
  hidden?: string[];
  now?: () => number;
  /** How long what may pass is waited for, in milliseconds. */
  patience?: number;
}

/** A machine under load takes its time; what is to happen happens long before. */
const SOON = { timeout: 20_000 };

function openStore(
  world: RoleWorld,
  { role = ROLE_ARN, hidden = [], now = Date.now, patience = SOON.timeout }: Wishes = {},
): ObjectStore {
  const environment = { ...world.environment, ...RUN };
  const store = openS3Store({
    bucket: BUCKET,
    prefix: 'p',
    endpoint: world.s3.endpoint,
    forcePathStyle: true,
    openCredentials: githubRole({ role, environment, now, hide: secrets => void hidden.push(...secrets) }),
    tuning: { ...IMPATIENT, requestTimeout: 10_000, deadline: patience, firstContactDeadline: patience },
  });
  onTestFinished(() => store.close());
  return store;
}

const keysUsed = (world: RoleWorld, operation: string) =>
  world.s3.requests.filter(request => request.operation === operation).map(request => request.accessKeyId);

test('the session signs every request, is taken once, and CloudTrail can tell the run', async () => {
  const world = await startRoleWorld();
  const store = openStore(world);
  await uploadThreeParts(store);
  expect(await store.read('x.dump', { maxBytes: 20_000_000, signal: never })).toBeDefined();
  expect(world.sts.requests.map(form => form.get('RoleSessionName'))).toEqual(['pg-backup-4711']);
  expect(new Set(world.s3.requests.map(request => request.accessKeyId))).toEqual(
    new Set([world.sts.sessions[0]?.accessKeyId]),
  );
});

test('every secret is told before it is used: tokens of GitHub, secret keys, session tokens', async () => {
  const world = await startRoleWorld();
  const hidden: string[] = [];
  await openStore(world, { hidden }).read('a', read);
  const [session] = world.sts.sessions;
  expect(hidden).toEqual([world.github.issued[0], session?.secretAccessKey, session?.sessionToken]);
});

/** The SDK asks for credentials with each request when they last for less than five minutes. */
const SHORT = { sts: { sessionSeconds: 200 } };

test('a session that lasts for minutes alone serves half its time', async () => {
  const world = await startRoleWorld(SHORT);
  let passed = 0;
  const store = openStore(world, { now: () => Date.now() + passed });
  await store.read('a', read);
  passed = 90_000;
  await uploadThreeParts(store);
  expect(world.sts.sessions).toHaveLength(1);
});

test('ahead of its end a new session is taken, with a token of its own, and no request is refused', async () => {
  const world = await startRoleWorld(SHORT);
  let passed = 0;
  const upload = await startUpload(openStore(world, { now: () => Date.now() + passed }));
  for (const [index, part] of threeParts().slice(0, 2).entries()) {
    await upload.write(part);
    await expect.poll(() => keysUsed(world, 'UploadPart').length, SOON).toBe(index + 1);
    // By this clock: 90 s before the end of the first session, 30 s before that of the second.
    passed = index === 0 ? 110_000 : 170_000;
  }
  await upload.complete();
  expect(new Set(world.s3.requests.map(request => request.accessKeyId)).size).toBe(3);
  expect(new Set(world.github.issued).size).toBe(3);
  expect(world.s3.requests.map(request => request.status)).not.toContain(400);
});

test('a session that S3 calls expired in the middle of an upload is replaced, and the upload goes on', async () => {
  const world = await startRoleWorld();
  const store = openStore(world);
  const upload = await startUpload(store);
  const [first, second, third] = threeParts() as [Buffer, Buffer, Buffer];
  await upload.write(first);
  await upload.write(second);
  await expect.poll(() => keysUsed(world, 'UploadPart').length, SOON).toBe(2);
  world.sts.expireAll();
  await upload.write(third);
  const stored = await upload.complete();
  expect(stored.bytes).toBe(first.length + second.length + third.length);
  expect(Buffer.concat([first, second, third]).equals(await world.s3.read(BUCKET, 'p/x.dump'))).toBe(true);
  expect(world.sts.sessions).toHaveLength(2);
  expect(world.s3.requests.at(-1)?.accessKeyId).toBe(world.sts.sessions[1]?.accessKeyId);
});

test('the role is taken from this job in the middle: the upload ends with that reason', async () => {
  const world = await startRoleWorld();
  const upload = await startUpload(openStore(world));
  const [first, second] = threeParts() as [Buffer, Buffer];
  await upload.write(first);
  await expect.poll(() => keysUsed(world, 'UploadPart').length, SOON).toBe(1);
  world.sts.answer({ status: 403, code: 'AccessDenied' });
  world.sts.expireAll();
  const rest = async () => {
    await upload.write(second);
    await upload.complete();
  };
  await expect(rest()).rejects.toMatchObject({ code: 'PGB163' });
  world.sts.answer(undefined);
  await upload.abort();
});

test('STS is away when a session should be renewed: the old one carries on while it is good', async () => {
  const world = await startRoleWorld(SHORT);
  let passed = 0;
  const store = openStore(world, { patience: 1_000, now: () => Date.now() + passed });
  await store.read('a', read);
  world.sts.answer({ status: 503, code: 'ServiceUnavailable' });
  passed = 150_000;
  expect(await store.read('a', read)).toBeUndefined();
  expect(world.sts.requests.length).toBeGreaterThan(1);
  expect(new Set(keysUsed(world, 'GetObject')).size).toBe(1);
  passed = 195_000;
  await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB167' });
});

test('STS and GitHub may fail for a moment, and STS may fail to reach GitHub', async () => {
  const passing = [
    { status: 400, code: 'InvalidIdentityToken', message: "Couldn't retrieve verification key" },
    { status: 400, code: 'IDPCommunicationError' },
    { status: 400, code: 'ExpiredTokenException' },
    { status: 503, code: 'ServiceUnavailable' },
  ];
  for (const answer of passing) {
    const world = await startRoleWorld();
    world.sts.answer(answer);
    const reading = openStore(world).read('a', read);
    await expect.poll(() => world.sts.requests.length, SOON).toBeGreaterThan(1);
    world.sts.answer(undefined);
    expect(await reading, answer.code).toBeUndefined();
  }
});

const trouble = async (world: RoleWorld, role = ROLE_ARN) =>
  openStore(world, { role, patience: 1_000 })
    .read('a', read)
    .then(
      () => ({ code: 'none', summary: '', hint: '' }),
      (error: { code: string; summary: string; hint: string }) => error,
    );

test('a trust policy that refuses: role, sub and aud are named, as they must stand in the policy', async () => {
  const sub = 'repo:acme/shop:ref:refs/heads/main';
  const world = await startRoleWorld({ github: { claims: { sub } } });
  const { code, summary, hint } = await trouble(world);
  expect(code).toBe('PGB163');
  expect(summary).toContain(`${ROLE_ARN}: its token says sub "${sub}", aud "sts.amazonaws.com"`);
  expect(hint).toContain('trust policy');
  expect(world.sts.requests).toHaveLength(1);
});

test("the gate's trust policy takes pull requests and the merge queue of one repository, and nothing else", async () => {
  const codeFor = async (sub: string) =>
    (await trouble(await startRoleWorld({ trust: 'trust-policy-gate.json', github: { claims: { sub } } })))
      .code;
  for (const repository of ['repo:acme/shop', 'repo:acme@123456/shop@456789']) {
    expect(await codeFor(`${repository}:pull_request`)).toBe('none');
    expect(await codeFor(`${repository}:ref:refs/heads/gh-readonly-queue/main/pr-7-0abc`)).toBe('none');
    expect(await codeFor(`${repository}:ref:refs/heads/main`)).toBe('PGB163');
    expect(await codeFor(`${repository}:environment:pg-backup`)).toBe('PGB163');
  }
  expect(await codeFor('repo:acme/shop:pull_request:x')).toBe('PGB163');
  expect(await codeFor('repo:acme/other:pull_request')).toBe('PGB163');
  expect(await codeFor('repo:acme/shop:ref:refs/heads/gh-readonly-queue/other/pr-7-0abc')).toBe('PGB163');
});

test('the published trust policy knows both forms of sub', async () => {
  for (const sub of ['repo:acme/shop:environment:pg-backup', JOB_SUB])
    expect((await trouble(await startRoleWorld({ github: { claims: { sub } } }))).code).toBe('none');
});

test('a role that is not there looks the same to AWS, and the hint says so', async () => {
  const hint = expect.stringContaining('the role exists');
  expect(await trouble(await startRoleWorld(), `${ROLE_ARN}s`)).toMatchObject({ code: 'PGB163', hint });
});

test('an account that knows the provider by another audience', async () => {
  const world = await startRoleWorld({ sts: { audiences: ['https://github.com/acme'] } });
  const hint = expect.stringContaining(`${world.github.issuer} with the audience sts.amazonaws.com`);
  expect(await trouble(world)).toMatchObject({ code: 'PGB164', hint });
});

test('an account without the provider, and a token that nobody of it signed', async () => {
  expect((await trouble(await startRoleWorld({ sts: { issuer: 'https://elsewhere.example' } }))).code).toBe(
    'PGB164',
  );
  expect((await trouble(await startRoleWorld({ github: { forged: true } }))).code).toBe('PGB164');
});

test('a role of AWS in China is asked for with the audience of that STS', async () => {
  const role = ROLE_ARN.replace('arn:aws:', 'arn:aws-cn:');
  const { summary } = await trouble(await startRoleWorld(), role);
  expect(summary).toContain('aud "sts.amazonaws.com.cn"');
});

test('a token that stays expired, and STS that keeps failing', async () => {
  const { code, summary } = await trouble(await startRoleWorld({ github: { lifetimeSeconds: -60 } }));
  expect([code, summary]).toEqual(['PGB167', expect.stringContaining('400 ExpiredToken')]);
  const world = await startRoleWorld();
  world.sts.answer({ status: 500, code: 'InternalFailure' });
  expect((await trouble(world)).code).toBe('PGB167');
});

test('STS that refuses for another reason is quoted', async () => {
  const world = await startRoleWorld();
  world.sts.answer({
    status: 403,
    code: 'RegionDisabledException',
    message: 'STS is not activated in this region',
  });
  expect(await trouble(world)).toMatchObject({
    code: 'PGB167',
    summary: expect.stringContaining('403 RegionDisabledException'),
    detail: expect.stringContaining('not activated'),
  });
});

test('STS that is not there', async () => {
  const world = await startRoleWorld();
  await world.sts.stop();
  expect((await trouble(world)).code).toBe('PGB166');
});

test('GitHub that gives no token: refused, failing, away', async () => {
  const world = await startRoleWorld();
  world.github.answer(403);
  expect(await trouble(world)).toMatchObject({ code: 'PGB162', summary: expect.stringContaining('(403)') });
  world.github.answer(503);
  expect(await trouble(world)).toMatchObject({ code: 'PGB162', summary: expect.stringContaining('(503)') });
  await world.github.stop();
  expect(await trouble(world)).toMatchObject({
    code: 'PGB162',
    summary: expect.stringContaining('ECONNREFUSED'),
  });
});
