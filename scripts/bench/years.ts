// How the commands that only read manifests do on years of backups: 10,000 of 50 databases in one bucket. Gate and status
// are asked for one of them, prune plans for all: seconds of the whole command, Node's start included, the requests that
// the store got, and memory, which must not grow with the number of names.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { makeSigner, nightlyBackups } from '../../test/parts/planted-backups.ts';
import { root } from '../root.ts';
import { measure } from './processes.ts';
import { type Answer, toAnswer } from './results.ts';
import { type BenchStore, BUCKET, startStore } from './s3.ts';

const NAMES = 50;
const EACH = 200;
const PREFIX = 'years';
const PUTS_AT_ONCE = 48;

interface Seen {
  readonly seconds: number;
  readonly requests: number;
  readonly peakBytes: number;
}

export async function benchYears(rounds: number, say: (line: string) => void): Promise<Answer[]> {
  const store = await startStore();
  const counter = await countRequests(store.endpoint);
  try {
    say(`\nYears of backups: filling a bucket with ${NAMES * EACH} of ${NAMES} databases ...`);
    const verifyKeys = await fill(store);
    const ask = async (args: readonly string[]): Promise<Seen> => {
      const before = counter.count();
      const { seconds, peakBytes } = await measure(
        command(counter.endpoint, store, [...args, `--verify-keys=${verifyKeys}`]),
      );
      return { seconds, peakBytes, requests: counter.count() - before };
    };
    const seen: Record<keyof typeof COMMANDS, Seen>[] = [];
    for (let round = 0; round < rounds; round++) {
      seen.push({
        gate: await ask(COMMANDS.gate),
        status: await ask(COMMANDS.status),
        pruneOne: await ask(COMMANDS.pruneOne),
        pruneAll: await ask(COMMANDS.pruneAll),
      });
    }
    const all = (value: (round: (typeof seen)[number]) => number) => seen.map(value);
    const what = `${(NAMES * EACH).toLocaleString('en')} backups of ${NAMES} databases`;
    return [
      toAnswer(
        { id: 'gate', what: `\`gate\` on ${what}`, unit: 's', target: { most: 2 } },
        all(({ gate }) => gate.seconds),
      ),
      toAnswer(
        { id: 'gate-requests', what: 'requests of that gate', unit: '', target: { most: 25 } },
        all(({ gate }) => gate.requests),
      ),
      toAnswer(
        { id: 'status', what: `\`status\` of one name among ${what}`, unit: 's', target: { most: 2 } },
        all(({ status }) => status.seconds),
      ),
      // The manifests of that name, and a handful.
      toAnswer(
        { id: 'status-requests', what: 'requests of that status', unit: '', target: { most: EACH + 10 } },
        all(({ status }) => status.requests),
      ),
      toAnswer(
        {
          id: 'prune',
          what: `memory of a \`prune\` plan of ${what}, in a heap of ${PRUNE_HEAP_MB} MB`,
          unit: 'MB',
          target: { most: 250 },
        },
        all(({ pruneAll }) => pruneAll.peakBytes / 1e6),
      ),
      toAnswer(
        {
          id: 'prune-growth',
          what: 'its memory, against one for a single name',
          unit: 'x',
          target: { most: 2 },
        },
        all(({ pruneOne, pruneAll }) => pruneAll.peakBytes / pruneOne.peakBytes),
      ),
    ];
  } finally {
    await counter.stop();
    await store.stop();
  }
}

/** Node fills the memory that it finds before it looks for garbage; what is needed shows where there is little of it. */
const PRUNE_HEAP_MB = 64;
const RETENTION = '--retention=daily: 195d';
const ONE = '--name=database-7';
/** Each fails the bench where it doesn't end with status 0. */
const COMMANDS = {
  gate: ['gate', ONE],
  status: ['status', ONE, RETENTION],
  pruneOne: ['prune', ONE, RETENTION],
  pruneAll: ['prune', RETENTION],
} as const;

/** Returns the keys that the backups are signed with. */
async function fill({ endpoint, environment }: BenchStore): Promise<string> {
  const names = Array.from({ length: NAMES }, (_, at) => `database-${at}`);
  const { signer, verifyKeys } = makeSigner();
  const objects = nightlyBackups({ names, nights: EACH, newest: Date.now() - 3_600_000, signer });
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
  const put = async () => {
    // All of them take from the one generator; to leave the loop would end it.
    for (const { key, bytes } of objects)
      await store.create(key, bytes, { contentType: 'application/json', signal });
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, put));
  store.close();
  return verifyKeys;
}

function command(endpoint: string, { environment }: BenchStore, [name = '', ...flags]: readonly string[]) {
  const place = [
    `--destination=s3://${BUCKET}/${PREFIX}`,
    `--s3-endpoint=${endpoint}`,
    '--s3-force-path-style',
  ];
  return {
    file: process.execPath,
    args: [join(root, 'dist', 'cli.js'), name, ...place, ...flags, '--json'],
    environment: {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      ...(name === 'prune' && { NODE_OPTIONS: `--max-old-space-size=${PRUNE_HEAP_MB}` }),
      ...environment,
    },
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
