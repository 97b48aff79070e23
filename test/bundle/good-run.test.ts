// What a run that goes well leaves: exit status, outputs and their units, summary, Slack, the bucket; and nothing else.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/backups/parse-manifest.ts';
import { need } from '../parts/availability.ts';
import { type Bench, BUCKET, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('a good run of the packed action', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.stop());

  it('ends with 0, sets every output in its unit, and says so in summary and Slack', async () => {
    const prefix = bench.freshPrefix();
    const run = await bench.run({ prefix, inputs: { retention: 'daily: 30d' } });
    expect(run.log).not.toContain('PGB');
    expect([run.exitCode, run.postExitCode, run.conclusion]).toEqual([0, 0, 'success']);

    const archive = await bench.s3.read(BUCKET, `${prefix}/${run.outputs.key}`);
    const taken = /^shop\/daily\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(run.outputs.key ?? '') ?? [];
    const [, year, month, day, hour, minute, second] = taken.map(Number);
    const stamp = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
    expect(run.outputs).toEqual({
      'backup-id': expect.stringMatching(/^[a-z0-9]{8}$/),
      key: expect.stringMatching(/^shop\/daily\/\d{8}T\d{6}Z-[a-z0-9]{8}\.dump$/),
      'manifest-key': run.outputs.key?.replace(/\.dump$/, '.manifest.json'),
      tier: 'daily',
      'size-bytes': String(archive.length),
      'raw-bytes': expect.stringMatching(/^\d{5}$/),
      sha256: createHash('sha256').update(archive).digest('hex'),
      level: 'stored',
      rows: '1040',
      tables: '3',
      'duration-seconds': expect.stringMatching(/^\d$/),
      'expires-at': new Date(stamp + 30 * 86_400_000).toISOString().replace('.000Z', 'Z'),
      pruned: '0',
      result: 'success',
      warnings: '[]',
    });
    expect(run.keys.map(key => key.replace(/^.*?\./, ''))).toEqual([
      'dump',
      'globals.sql',
      'manifest.json',
      'proof.json',
    ]);
    expect(archive.subarray(0, 5).toString()).toBe('PGDMP');

    for (const text of [
      '## PostgreSQL backup\n',
      `Backed up \`shop\` to \`s3://backups/${prefix}\` as \`daily\``,
      '1,040 rows in 3 tables',
      `| Archive | \`${run.outputs.key}\` |`,
      `| SHA-256 | \`${run.outputs.sha256}\` |`,
    ]) {
      expect(run.summary).toContain(text);
    }
    expect(run.slack.map(message => message.text)).toEqual([
      expect.stringMatching(
        /^Backed up `shop` to `s3:\/\/backups\/run-\d+` as `daily`: .*1,040 rows in 3 tables\.$/,
      ),
    ]);
    expect(run.annotations).toEqual([]);
  });

  it('leaves no file, no process, no upload, and nothing for the post step to say', async () => {
    const run = await bench.run();
    expect(run.exitCode).toBe(0);
    expect(run.postLog).toBe('');
    expect(run.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    expect(run.uploads).toEqual([]);
  });

  it('writes a manifest that parses, with the run that made it', async () => {
    const prefix = bench.freshPrefix();
    const run = await bench.run({ prefix });
    const key = run.outputs['manifest-key'] ?? '';
    const parsed = parseManifest(await bench.s3.read(BUCKET, `${prefix}/${key}`), key);
    expect(parsed).toHaveProperty('ok');
    if (!('ok' in parsed)) return;
    expect(parsed.ok).toMatchObject({
      id: run.outputs['backup-id'],
      name: 'shop',
      tier: run.outputs.tier,
      archive: { key: run.outputs.key, bytes: Number(run.outputs['size-bytes']), sha256: run.outputs.sha256 },
      totals: { rows: 1040, tables: 3 },
      run: {
        url: 'https://github.com/acme/shop/actions/runs/4242424242',
        actor: 'octocat',
        commit: '0123456789abcdef0123456789abcdef01234567',
      },
      encryption: null,
      signature: null,
    });
  });

  it('shows one group a stage, in order, each closed', async () => {
    const { log } = await bench.run();
    expect(log.match(/^##\[(end)?group\].*$/gm)).toEqual(
      [
        'Connect',
        'Check server, client and store',
        'Back up (dump, prove, upload)',
        'Commit',
        'Prune',
      ].flatMap(title => [`##[group]${title}`, '##[endgroup]']),
    );
  });

  it('encrypts to each recipient and signs, so that the owner of a key opens it by the library of age itself', async () => {
    const identity = await generateIdentity();
    const other = await identityToRecipient(await generateIdentity());
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const prefix = bench.freshPrefix();
    const recipient = await identityToRecipient(identity);
    const run = await bench.run({
      prefix,
      watchProcesses: true,
      inputs: {
        'age-recipients': `${recipient}\n${other}\n`,
        'signing-key': signingKey,
        'verify-keys': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      },
    });
    expect([run.exitCode, run.outputs.result]).toEqual([0, 'success']);
    expect(run.outputs.key).toMatch(/\.dump\.age$/);
    const manifest = JSON.parse(await bench.read(prefix, '.manifest.json'));
    expect(manifest.encryption).toMatchObject({ scheme: 'age' });
    expect(manifest.signature).not.toBeNull();
    const archive = await bench.s3.read(BUCKET, `${prefix}/${run.outputs.key}`);
    expect(archive.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(await decrypt(archive, identity)).toBe(manifest.archive.plainSha256);
    for (const [where, text] of Object.entries(run.traces)) {
      for (const secret of [
        recipient,
        other,
        ...signingKey.split('\n').filter(line => /^[\w+/=]{20,}$/.test(line)),
      ])
        expect(text, where).not.toContain(secret);
    }
  });

  it('tells a dry run what it would do, and changes nothing', async () => {
    const prefix = bench.freshPrefix();
    await bench.run({ prefix, inputs: { retention: 'daily: 1', 'min-keep': '1' } });
    const before = bench.s3.objects(BUCKET).map(({ key, etag }) => `${key} ${etag}`);
    const requests = bench.s3.requests.length;
    const run = await bench.run({
      prefix,
      inputs: { retention: 'daily: 1', 'min-keep': '1', 'dry-run': 'true', tier: 'daily' },
    });
    expect([run.exitCode, run.outputs.result, run.outputs['backup-id']]).toEqual([0, 'planned', '']);
    expect(run.summary).toContain('Dry run: would back up `shop`');
    expect(bench.s3.objects(BUCKET).map(({ key, etag }) => `${key} ${etag}`)).toEqual(before);
    const methods = bench.s3.requests.slice(requests).map(({ method }) => method);
    expect(methods.filter(method => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('comes to the same in New York and in Turkish', async () => {
    const there = await bench.run({
      inputs: { retention: 'daily: 30d' },
      environment: { TZ: 'America/New_York', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' },
    });
    const here = await bench.run({ inputs: { retention: 'daily: 30d' } });
    expect(there.exitCode).toBe(0);
    expect(timeless(there.log)).toBe(timeless(here.log));
    expect(timeless(there.summary)).toBe(timeless(here.summary));
    expect(timeless(JSON.stringify(there.outputs))).toBe(timeless(JSON.stringify(here.outputs)));
    expect(timeless(there.keys.join('\n'))).toBe(timeless(here.keys.join('\n')));
  });
});

/** What differs between any two runs: moments, ids, digests, speeds, the prefix. */
function timeless(text: string): string {
  return text
    .replace(/\d{8}T\d{6}Z-[a-z0-9]{8}/g, 'STAMP-ID')
    .replace(/\d{4}-\d\d-\d\d(T[\d:]+Z| \d\d:\d\d UTC)/g, 'MOMENT')
    .replace(/`[a-z0-9]{8}`|"backup-id":"[a-z0-9]{8}"/g, 'ID')
    .replace(/[0-9a-f]{64}|[0-9a-f]{12}…/g, 'DIGEST')
    .replace(/"duration-seconds":"\d+"/g, 'SECONDS')
    .replace(/\d+(\.\d+)? s\b/g, 'SECONDS')
    .replace(/\([\d.]+ [KM]iB\/s\)/g, 'RATE')
    .replace(/"size-bytes":"\d+"|[\d.]+ KiB/g, 'SIZE')
    .replace(/run-\d+/g, 'PREFIX');
}

/** SHA-256 of what is in it. */
async function decrypt(archive: Buffer, identity: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return createHash('sha256')
    .update(await decrypter.decrypt(archive))
    .digest('hex');
}
