// docs/recover-without-us.md, word for word: every marked command of the page is run in a shell of its own, with what
// a person would have set in its first step, against backups in a bucket and in a folder.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, s3Place, scratchFolder, standInPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedDemo } from '../parts/databases.ts';
import { checkout } from '../parts/folder.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';
import { startVersityGw } from '../parts/s3-servers.ts';
import { type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';
import { findOnPath } from '../parts/stock-tools.ts';

/** How a reader of the page may go: some steps have a variant for each. */
type Way = 'aws' | 'curl' | 'folder' | 'encrypted' | 'plain' | 'signed';

const page = readFileSync(join(checkout, 'docs', 'recover-without-us.md'), 'utf8');
const blocks = [...page.matchAll(/^<!-- tested(?:: (\w+))? -->\n```sh\n([\s\S]*?)^```$/gm)].map(
  ([, way, text = '']) => ({ way, text }),
);
const keys = generateKeyPairSync('ed25519');
const signingKey = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const parts = await need('postgres-16', 'age');
const aws = await need('postgres-16', 'age', 'aws-cli');
const gateway = await need('postgres-16', 'age', 'versitygw');

describe('the page', () => {
  it('has a tested block for every way and in every step from the second on', () => {
    const ways: readonly Way[] = ['aws', 'curl', 'folder', 'encrypted', 'plain', 'signed'];
    expect(new Set(blocks.map(({ way }) => way))).toEqual(new Set([...ways, undefined]));
    const shells = page.match(/^```sh$/gm)?.length ?? 0;
    expect(blocks.length).toBe(shells - 1);
  });
});

describe.skipIf(parts.missing)('a backup is recovered by the page alone', () => {
  let source: PostgresServer;
  let target: PostgresServer;
  let standIn: S3StandIn;
  let home: string;
  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres({ major: 16 }), startPostgres({ major: 16 })]);
    await seedDemo(source, 'shop', { megabytes: 8 });
    standIn = await startS3StandIn({ buckets: ['backups'] });
    home = scratchFolder('recover');
    execFileSync('age-keygen', ['--output', join(home, 'key.txt')], { stdio: 'pipe' });
    const publicKey = keys.publicKey.export({ format: 'pem', type: 'spki' });
    writeFileSync(join(home, 'verify.pem'), publicKey);
  });
  afterAll(async () => {
    await source?.stop();
    await target?.stop();
    await standIn?.stop();
  });

  /** Takes a backup to `place` and follows the page; resolves with what the commands printed. */
  async function follow(place: Place, ways: readonly Way[], extra: Record<string, string>): Promise<string> {
    const recipient = execFileSync('age-keygen', ['-y', join(home, 'key.txt')], { encoding: 'utf8' });
    const inputs = {
      ...(ways.includes('encrypted') ? { 'age-recipients': recipient } : {}),
      ...(ways.includes('signed') ? { 'signing-key': signingKey } : {}),
    };
    const seen = await backUp({ server: source, database: 'shop', place, inputs });
    expect(seen.codes).toEqual([]);
    const stem = (seen.outcome.backup?.manifestKey ?? '').replace(/\.manifest\.json$/, '');
    for (const name of ['shop', 'shop_before', 'shop_recovered']) {
      await target.psql(`drop database if exists ${name}`);
    }
    await target.createDatabase('shop');
    const work = scratchFolder('desk');
    execFileSync('cp', [join(home, 'verify.pem'), work]);
    const script = blocks
      .filter(({ way }) => way === undefined || ways.includes(way as Way))
      .map(({ text }) => text)
      .join('\n');
    // pipefail and -e: a person would stop at the first error.
    return run('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: work,
      env: {
        PATH: [shims(), target.binFolder, process.env.PATH ?? ''].join(':'),
        LANG: 'C.UTF-8',
        HOME: home,
        STEM: stem,
        AGE_KEY: join(home, 'key.txt'),
        RECOVERED: 'shop_recovered',
        PGHOST: target.host,
        PGPORT: String(target.port),
        PGUSER: target.user,
        PGPASSWORD: target.password,
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        ...place.environment,
        ...extra,
      },
    });
  }

  /** `aws` with its endpoint as an argument, for versions that do not know the variable yet. */
  function shims(): string {
    const folder = join(home, 'bin');
    const real = findOnPath('aws');
    execFileSync('mkdir', ['-p', folder]);
    if (real === undefined) return folder;
    writeFileSync(
      join(folder, 'aws'),
      `#!/bin/sh\nexec '${real}' --endpoint-url "$AWS_ENDPOINT_URL_S3" "$@"\n`,
    );
    chmodSync(join(folder, 'aws'), 0o755);
    return folder;
  }

  async function expectRecovered(said: string): Promise<void> {
    expect(said).not.toContain('NOT WHAT WAS STORED');
    expect(said).toContain('Every table has the rows that were backed up.');
    expect(await readContent(target, 'shop')).toEqual(await readContent(source, 'shop'));
  }

  it.skipIf(aws.missing)('from a bucket with the AWS CLI, encrypted and signed', async () => {
    const place = standInPlace(standIn, { prefix: 'pg' });
    const said = await follow(place, ['aws', 'encrypted', 'signed'], {
      DESTINATION: 's3://backups/pg',
      AWS_ENDPOINT_URL_S3: standIn.endpoint,
    });
    expect(said).toContain('.manifest.json\n');
    expect(said).toContain('Signature Verified Successfully');
    expect(said.match(/: OK$/gm)).toHaveLength(3);
    await expectRecovered(said);
  });

  it.skipIf(gateway.missing)('from a bucket with curl, encrypted', async () => {
    await using server = await startVersityGw({ bucket: 'backups' });
    const place = s3Place(server, 'pg');
    const said = await follow(place, ['curl', 'encrypted'], { URL: `${server.endpoint}/backups/pg` });
    expect(said.match(/: OK$/gm)).toHaveLength(3);
    await expectRecovered(said);
  });

  it('from a folder, not encrypted', async () => {
    const place = await folderPlace();
    const said = await follow(place, ['folder', 'plain'], { FOLDER: place.folder });
    expect(said).toContain('.manifest.json\n');
    expect(said.match(/: OK$/gm)).toHaveLength(3);
    await expectRecovered(said);
  });

  it('and says so when a file is not what was stored', async () => {
    const place = await folderPlace();
    const seen = await backUp({ server: source, database: 'shop', place });
    const key = seen.outcome.backup?.key ?? '';
    const bytes = readFileSync(join(place.folder, key));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(place.folder, key), bytes);
    const check = blocks.find(({ text }) => text.includes('sha256sum'))?.text ?? '';
    const said = await run('bash', ['-c', check], { cwd: join(place.folder, key, '..') });
    expect(said.match(/NOT WHAT WAS STORED/g)).toHaveLength(1);
    expect(said.match(/: OK$/gm)).toHaveLength(2);
  });
});
