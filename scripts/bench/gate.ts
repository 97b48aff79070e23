// How the gate does on years of backups: 10,000 of 50 databases in one bucket, asked for one of them. Seconds of the whole
// command, Node's start included, and the requests that the store got.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { manyBackups } from '../../test/parts/many-backups.ts';
import { root } from '../root.ts';
import { measure } from './processes.ts';
import { type Answer, median } from './results.ts';
import { type BenchStore, BUCKET, startStore } from './s3.ts';

const NAMES = 50;
const EACH = 200;
const PREFIX = 'years';
const PUTS_AT_ONCE = 48;

export async function benchGate(rounds: number, say: (line: string) => void): Promise<Answer[]> {
  const store = await startStore();
  const counter = await countRequests(store.endpoint);
  try {
    say(`\nThe gate: filling a bucket with ${NAMES * EACH} backups of ${NAMES} databases ...`);
    const verifyKeys = await fill(store);
    const seen: { seconds: number; requests: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = counter.count();
      const { seconds, stdout } = await measure(command(counter.endpoint, store, verifyKeys));
      const { verdict, reason } = JSON.parse(stdout);
      if (verdict !== 'pass') throw new Error(`the gate on years of backups did not pass: ${reason}`);
      seen.push({ seconds, requests: counter.count() - before });
    }
    return [
      toAnswer(
        'gate on 10,000 backups of 50 databases',
        's',
        2,
        seen.map(({ seconds }) => seconds),
      ),
      toAnswer(
        'requests of that gate',
        '',
        25,
        seen.map(({ requests }) => requests),
      ),
    ];
  } finally {
    await counter.stop();
    await store.stop();
  }
}

/** Returns the keys that the backups are signed with. */
async function fill({ endpoint, environment }: BenchStore): Promise<string> {
  const names = Array.from({ length: NAMES }, (_, at) => `database-${at}`);
  const { objects, verifyKeys } = manyBackups({ names, each: EACH, everyHours: 24, now: Date.now() });
  const store = openS3Store({
    bucket: BUCKET,
    prefix: PREFIX,
    endpoint,
    forcePathStyle: true,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const signal = AbortSignal.timeout(1_200_000);
  const left = objects.values();
  const put = async () => {
    for (const { key, bytes } of left)
      await store.create(key, bytes, { contentType: 'application/json', signal });
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, put));
  store.close();
  return verifyKeys;
}

function command(endpoint: string, { environment }: BenchStore, verifyKeys: string) {
  const place = [
    `--destination=s3://${BUCKET}/${PREFIX}`,
    `--s3-endpoint=${endpoint}`,
    '--s3-force-path-style',
  ];
  return {
    file: process.execPath,
    args: [
      join(root, 'dist', 'cli.js'),
      'gate',
      ...place,
      '--name=database-7',
      `--verify-keys=${verifyKeys}`,
      '--json',
    ],
    environment: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...environment },
  };
}

/** Hands every request on as it is, signature and host name too. */
async function countRequests(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    count += 1;
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function toAnswer(what: string, unit: string, most: number, values: readonly number[]): Answer {
  const sorted = values.toSorted((a, b) => a - b);
  const value = median(sorted);
  const [lowest = value, highest = value] = [sorted[0], sorted.at(-1)];
  return { what, value, unit, target: { most }, rounds: sorted.length, lowest, highest, pass: value <= most };
}
