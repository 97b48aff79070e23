// A PostgreSQL server in memory, with its client programs, behind the commands' port: it passes the contract that real
// servers pass (test/contract/postgres.test.ts), and it fails wherever a test wants it to.
import type { Instant } from '../../src/backups/instant.ts';
import type {
  ClientFacts,
  Postgres,
  RunningDump,
  Snapshot,
  Source,
  SourceFacts,
} from '../../src/postgres/port.ts';
import {
  connectionLost,
  dumpFailed,
  globalsFailed,
  snapshotElsewhere,
  wrongPassword,
} from '../../src/problems/postgres.ts';
import { archiveUnreadable } from '../../src/problems/proof.ts';
import {
  decodeArchive,
  definitionsOf,
  type FakeContents,
  type FakeTable,
  readToc,
  writeArchive,
} from './fake-archive.ts';
import { fakeTool } from './fake-tool.ts';

/** Everything that the port can be asked for; `close` never fails. */
export type Step =
  | 'clientFor'
  | 'connect'
  | 'facts'
  | 'dumps'
  | 'openSnapshot'
  | 'count'
  | 'dump'
  | 'list'
  | 'define'
  | 'decode'
  | 'globals';

export interface Faults {
  /** Runs before each step: what it throws fails the step, what it waits for delays it. A wait ends with the session or the process. */
  before(step: Step): unknown;
  /** What the count of a table answers; `rows` is the truth. */
  count(table: string, rows: number): number;
  /** Changes what pg_dump dumps of what was locked. */
  dumped(contents: FakeContents): FakeContents;
  /** Changes the bytes that pg_dump writes. */
  written(archive: Buffer): Buffer;
  /** With what status pg_dump ends after the last byte. */
  dumpStatus: number;
  dumpWarnings: readonly string[];
  /** Changes what `pg_restore --list` prints. */
  toc(text: string): string;
  /** Changes what the decoding pg_restore prints. */
  sql(text: string): string;
}

export interface FakePostgres extends Postgres {
  /** Tests may change both as they like; a snapshot keeps what it saw. */
  readonly database: {
    tables: FakeTable[];
    sequences: FakeContents['sequences'];
    largeObjects: FakeContents['largeObjects'];
  };
  facts: Partial<SourceFacts>;
  /** Of somebody else, running at this moment. */
  dumps: readonly RunningDump[];
  readonly faults: Faults;
  /** What pg_dumpall prints. */
  globals: string;
  password: string;
  /** Sessions and programs that have not ended. */
  readonly running: readonly string[];
  /** Steps in the order in which they were begun. */
  readonly steps: readonly Step[];
  /** As a session of somebody else: waits for the locks of open snapshots. */
  truncate(table: string): Promise<void>;
}

export interface FakePostgresOptions {
  readonly now?: () => Instant;
  /** What the client connects with; the server knows `password`. */
  readonly givenPassword?: string;
}

export const SMALL_TABLES: readonly { readonly name: string; readonly rows: number }[] = [
  { name: 'public.authors', rows: 4 },
  { name: 'public.books', rows: 100 },
  { name: 'public.loans', rows: 0 },
];

export function table(oid: number, name: string, rows: number): FakeTable {
  return {
    oid,
    name,
    columns: ['id', 'title'],
    rows: Array.from({ length: rows }, (_, row) => `${row}\tTitle ${row}`),
  };
}

export function fakePostgres({
  now = Date.now,
  givenPassword = 'right',
}: FakePostgresOptions = {}): FakePostgres {
  const running: string[] = [];
  const steps: Step[] = [];
  const locks = new Set<Promise<void>>();
  /** Sessions with a snapshot. */
  const dumping = new Set<AbortSignal>();
  let snapshots = 0;

  const begin = async (step: Step, ends: AbortSignal, lost: () => Error) => {
    steps.push(step);
    await orEnded(
      Promise.resolve().then(() => server.faults.before(step)),
      ends,
      lost,
    );
  };

  const server: FakePostgres = {
    database: {
      tables: SMALL_TABLES.map(({ name, rows }, at) => table(16385 + at, name, rows)),
      sequences: [{ name: 'public.authors_id_seq', value: '4', called: true }],
      largeObjects: [{ oid: 16500, data: Buffer.from('a large object') }],
    },
    facts: {},
    dumps: [],
    globals: 'CREATE ROLE app;\n',
    password: 'right',
    running,
    steps,
    faults: {
      before() {},
      count: (_, rows) => rows,
      dumped: contents => contents,
      written: archive => archive,
      dumpStatus: 0,
      dumpWarnings: [],
      toc: text => text,
      sql: text => text,
    },
    async truncate(name) {
      while (locks.size > 0) await Promise.all(locks);
      for (const one of server.database.tables) if (one.name === name) one.rows = [];
    },
    async clientFor() {
      await begin('clientFor', NEVER, closedSession);
      return CLIENT;
    },
    clientForArchive: () => server.clientFor(16),
    async connect(signal) {
      signal.throwIfAborted();
      running.push('session');
      const ended = new AbortController();
      const close = async () => {
        if (!ended.signal.aborted) running.splice(running.indexOf('session'), 1);
        ended.abort();
      };
      signal.addEventListener('abort', () => void close(), { once: true });
      try {
        await begin('connect', ended.signal, closedSession);
        if (givenPassword !== server.password)
          throw wrongPassword('backup', 'FATAL:  password authentication failed for user "backup"');
      } catch (error) {
        await close();
        throw error;
      }
      return openSource(ended.signal, close);
    },
    listArchive: () => readHead('pg_restore --list', 'list', toc => server.faults.toc(toc)),
    defineArchive: () => readHead('pg_restore --schema-only', 'define', definitionsOf),
    decodeArchive: () =>
      fakeTool('pg_restore --section=data', running, async ({ input, print, stopped }) => {
        await begin('decode', stopped, stoppedTool);
        const pieces: Buffer[] = [];
        for await (const piece of input) pieces.push(piece);
        stopped.throwIfAborted();
        const { sql, not } = decodeArchive(Buffer.concat(pieces));
        await print(Buffer.from(server.faults.sql(sql)));
        if (not !== undefined)
          throw archiveUnreadable('pg_restore --section=data', 'ended with status 1', not);
        return [];
      }),
  };

  /** A program that reads no further than the table of contents. */
  function readHead(what: string, step: Step, printed: (toc: string) => string) {
    return fakeTool(what, running, async ({ input, print, stopped }) => {
      await begin(step, stopped, stoppedTool);
      const pieces: Buffer[] = [];
      let found: ReturnType<typeof readToc>;
      for await (const piece of input) {
        pieces.push(piece);
        found = readToc(Buffer.concat(pieces));
        if (found) break;
      }
      const said = found ?? { not: 'input file is too short (read 0, expected 5)' };
      if ('not' in said) throw archiveUnreadable(what, 'ended with status 1', said.not);
      await print(Buffer.from(printed(said.toc)));
      return [];
    });
  }

  function openSource(ended: AbortSignal, close: () => Promise<void>): Source {
    return {
      async facts() {
        await begin('facts', ended, closedSession);
        return factsOf(server);
      },
      async dumps() {
        await begin('dumps', ended, closedSession);
        const ours = [...dumping].filter(session => session !== ended);
        return [
          ...server.dumps,
          ...ours.map((_, at) => ({ pid: 700 + at, application: 'pg-backup-action', seconds: 0 })),
        ];
      },
      async openSnapshot() {
        await begin('openSnapshot', ended, closedSession);
        const tables = server.database.tables.map(one => ({ ...one, rows: [...one.rows] }));
        const contents = { ...server.database, tables };
        snapshots += 1;
        const released = new Promise<void>(resolve =>
          ended.addEventListener('abort', () => resolve(), { once: true }),
        );
        locks.add(released);
        dumping.add(ended);
        void released.then(() => {
          locks.delete(released);
          dumping.delete(ended);
        });
        const snapshot: Snapshot = {
          id: `00000003-0000001B-${snapshots}`,
          takenAt: now(),
          tables: tables.map(({ oid, name }) => ({ oid, name, extensionCondition: null })),
          async count({ oid }) {
            await begin('count', ended, closedSession);
            const counted = tables.find(one => one.oid === oid);
            if (!counted) throw new Error(`no table ${oid}`);
            return server.faults.count(counted.name, counted.rows.length);
          },
          close,
        };
        contentsOf.set(snapshot, contents);
        return snapshot;
      },
      dump: (_, snapshot) =>
        fakeTool('pg_dump', running, async ({ print, stopped }) => {
          await begin('dump', stopped, stoppedTool);
          const contents = contentsOf.get(snapshot);
          if (!contents) throw new Error('a snapshot of another server');
          if (ended.aborted) throw snapshotElsewhere('ERROR:  invalid snapshot identifier');
          const { faults } = server;
          await print(faults.written(writeArchive(faults.dumped(contents), factsOf(server).database)));
          stopped.throwIfAborted();
          if (faults.dumpStatus !== 0)
            throw dumpFailed(`ended with status ${faults.dumpStatus}`, 'pg_dump: error: …');
          return faults.dumpWarnings;
        }),
      dumpGlobals: () =>
        fakeTool('pg_dumpall', running, async ({ print, stopped }) => {
          await begin('globals', stopped, () => globalsFailed('terminated by user'));
          await print(Buffer.from(server.globals));
          return [];
        }),
      close,
    };
  }
  const contentsOf = new WeakMap<Snapshot, FakeContents>();
  return server;
}

const NEVER = new AbortController().signal;
const closedSession = () => connectionLost('connection to server was lost');
const stoppedTool = () => dumpFailed('was killed (SIGTERM)', '');

const CLIENT: ClientFacts = {
  folder: '/fake/bin',
  version: '16.15',
  major: 16,
  zstd: true,
  source: 'path',
  warnings: [],
};

async function orEnded<T>(work: Promise<T>, ends: AbortSignal, lost: () => Error): Promise<T> {
  if (ends.aborted) throw lost();
  const { promise, reject } = Promise.withResolvers<never>();
  const onEnd = () => reject(lost());
  ends.addEventListener('abort', onEnd, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    ends.removeEventListener('abort', onEnd);
  }
}

function factsOf({ database, facts }: FakePostgres): SourceFacts {
  return {
    database: 'app',
    host: 'db.example.net',
    port: 5432,
    user: 'backup',
    systemIdentifier: '7446021113457634321',
    serverVersion: '16.15',
    serverMajor: 16,
    encoding: 'UTF8',
    collate: 'C.UTF-8',
    ctype: 'C.UTF-8',
    standby: false,
    replayedAt: null,
    tls: true,
    databaseBytes: 8_000_000,
    superuser: false,
    extensions: [{ name: 'plpgsql', version: '1.0' }],
    textSettings: { bytea_output: 'hex', lc_monetary: 'C.UTF-8', xmlbinary: 'base64' },
    tables: database.tables.map(({ oid, name }) => ({
      oid,
      name,
      canSelect: true,
      rowSecurity: false,
      unlogged: false,
      extensionCondition: null,
    })),
    unreadablePartitionRoots: [],
    unloggedOnStandby: [],
    unreadableSequences: [],
    unusableSchemas: [],
    unreadableLargeObjects: 0,
    subscriptions: [],
    invalidIndexes: [],
    notValidConstraints: [],
    disabledTriggers: [],
    tablesToLock: database.tables.length,
    indexes: 2,
    lockCapacity: 6400,
    largeObjects: database.largeObjects.length,
    transactionPooler: false,
    ...facts,
  };
}
