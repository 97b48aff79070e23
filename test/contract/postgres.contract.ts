// What the commands rely on when they talk to PostgreSQL, whoever answers: a real server of any major, or the fake.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ClientFacts,
  Postgres,
  Snapshot,
  Source,
  ToolFilter,
  ToolOutput,
} from '../../src/postgres/port.ts';
import { checkArchive } from '../../src/proof/check-archive.ts';
import { CopyScanner } from '../../src/proof/copy-scanner.ts';
import { parseDefinitions } from '../../src/proof/definitions.ts';

/** A server with the database that `CONTENTS` describes. */
export interface PostgresUnderTest {
  /** A port of its own; another password than the right one where it is given. */
  open(change?: { readonly password?: string }): Promise<Postgres>;
  /** As somebody else: one row more in a table. */
  addRow(table: string): Promise<void>;
  /** As somebody else; resolves once nobody's lock is in the way. */
  truncate(table: string): Promise<void>;
  /** Resolves once the server has no session of ours any more. */
  untilNobodyIsLeft(): Promise<void>;
  stop(): Promise<void>;
}

/** Rows by table; besides, one sequence and one large object of 14 bytes. */
export const CONTENTS = { 'public.authors': 4, 'public.books': 100, 'public.loans': 0 } as const;

const never = new AbortController().signal;
const LOCKS = { lockWaitTimeoutMs: 10_000 };
const DUMP = { ...LOCKS, compression: 'gzip:6' };

export function describePostgres(name: string, start: () => Promise<PostgresUnderTest>, major: number): void {
  describe(name, () => {
    let subject: PostgresUnderTest;
    let postgres: Postgres;
    let client: ClientFacts;
    beforeAll(async () => {
      subject = await start();
      postgres = await subject.open();
      client = await postgres.clientFor(major);
    });
    afterAll(() => subject?.stop());

    async function connected<T>(work: (source: Source) => Promise<T>): Promise<T> {
      const source = await postgres.connect(never);
      try {
        return await work(source);
      } finally {
        await source.close();
      }
    }
    const inSnapshot = <T>(work: (snapshot: Snapshot, source: Source) => Promise<T>) =>
      connected(async source => work(await source.openSnapshot(LOCKS), source));
    async function feed(tool: ToolFilter, archive: Buffer): Promise<Buffer> {
      const output = bytesOf(tool);
      for (let at = 0; at < archive.length; at += 1000) await tool.write(archive.subarray(at, at + 1000));
      tool.end();
      return output;
    }
    /** What the archive of this snapshot holds, and whether it is whole. */
    async function proven(snapshot: Snapshot, source: Source, onceDumping = () => {}) {
      const archive = await whole(source.dump(client, snapshot, DUMP), onceDumping);
      const scanner = new CopyScanner();
      scanner.push(await feed(postgres.decodeArchive(client), archive));
      const scan = scanner.end();
      const toc = (await feed(postgres.listArchive(client), archive)).toString();
      const counts = new Map<number, number>();
      for (const table of snapshot.tables) counts.set(table.oid, await snapshot.count(table));
      expect(checkArchive({ toc, scan, scope: snapshot.tables, counts })).toEqual([]);
      return {
        archive,
        scan,
        rows: Object.fromEntries(snapshot.tables.map(({ oid, name }) => [name, counts.get(oid)])),
      };
    }

    test('facts are true, and the same when asked again', async () => {
      await connected(async source => {
        const facts = await source.facts();
        expect(facts).toMatchObject({
          database: 'app',
          serverMajor: major,
          encoding: 'UTF8',
          standby: false,
          replayedAt: null,
          transactionPooler: false,
          largeObjects: 1,
          unreadableLargeObjects: 0,
          unreadableSequences: [],
          unusableSchemas: [],
          tablesToLock: 3,
        });
        expect(facts.serverVersion).toMatch(new RegExp(`^${major}\\b`));
        expect(facts.systemIdentifier).toMatch(/^\d+$/);
        expect(facts.extensions).toContainEqual({ name: 'plpgsql', version: expect.any(String) });
        expect(
          facts.tables.map(({ name: table, canSelect, rowSecurity }) => [table, canSelect, rowSecurity]),
        ).toEqual(Object.keys(CONTENTS).map(table => [table, true, false]));
        for (const number of [facts.databaseBytes, facts.lockCapacity, facts.indexes, facts.port]) {
          expect(Number.isSafeInteger(number)).toBe(true);
        }
        expect(await source.facts()).toEqual(facts);
      });
    });

    test('a session that holds the locks of a dump is seen by others while it lasts, and no other session', async () => {
      await connected(async source => {
        await expect.poll(() => source.dumps(), { interval: 20, timeout: 30_000 }).toEqual([]);
        await connected(() => source.dumps().then(dumps => expect(dumps).toEqual([])));
        await inSnapshot(async () => {
          const [dump, ...others] = await source.dumps();
          expect(dump).toMatchObject({ application: 'pg-backup-action', pid: expect.any(Number) });
          expect(others).toEqual([]);
        });
        await expect.poll(() => source.dumps(), { interval: 20, timeout: 30_000 }).toEqual([]);
      });
    });

    test('the client is no older than the server', async () => {
      expect(client.major).toBeGreaterThanOrEqual(major);
      expect(client.version).toMatch(/^\d+[.\d]*/);
    });

    test('dump, list and decode agree with the counts of the snapshot', async () => {
      await inSnapshot(async (snapshot, source) => {
        const { rows, scan } = await proven(snapshot, source);
        expect(rows).toEqual(CONTENTS);
        expect(scan.largeObjects.map(({ bytes }) => bytes)).toEqual([14]);
        expect(scan.sequences).toHaveLength(1);
      });
    });

    test('rows that come after the snapshot do not show', async () => {
      await inSnapshot(async (snapshot, source) => {
        await subject.addRow('public.books');
        expect((await proven(snapshot, source)).rows['public.books']).toBe(100);
      });
      await inSnapshot(async (snapshot, source) => {
        expect((await proven(snapshot, source)).rows['public.books']).toBe(101);
      });
    });

    test('a TRUNCATE waits for the end of the snapshot', async () => {
      await subject.addRow('public.loans');
      let truncated: Promise<void> | undefined;
      await inSnapshot(async (snapshot, source) => {
        // Not earlier: pg_dump would queue behind it for its own locks, and time out.
        const truncate = () => {
          truncated = subject.truncate('public.loans');
        };
        expect((await proven(snapshot, source, truncate)).rows['public.loans']).toBe(1);
        await snapshot.close();
        await truncated;
      });
      await inSnapshot(async snapshot => {
        const loans = snapshot.tables.find(table => table.name === 'public.loans');
        expect(loans && (await snapshot.count(loans))).toBe(0);
      });
    });

    test('pg_dumpall prints the roles', async () => {
      await connected(async source => {
        const sql = await whole(source.dumpGlobals(client, { passwords: false }));
        expect(sql.toString()).toContain('CREATE ROLE ');
      });
    });

    test('the definitions of an archive stand in its head', async () => {
      await inSnapshot(async (snapshot, source) => {
        const { archive } = await proven(snapshot, source);
        const printed = await feed(postgres.defineArchive(client), archive);
        const definitions = parseDefinitions(printed.toString('latin1'));
        expect(definitions.filter(text => /^CREATE TABLE \S*books\b/.test(text))).toHaveLength(1);
        expect(definitions.filter(text => text.startsWith('COPY '))).toEqual([]);
      });
    });

    test('a cut archive passes --list and fails to decode', async () => {
      await inSnapshot(async (snapshot, source) => {
        const { archive } = await proven(snapshot, source);
        const cut = archive.subarray(0, archive.length - 20);
        expect((await feed(postgres.listArchive(client), cut)).toString()).toContain(
          'TABLE DATA public books',
        );
        const decode = postgres.decodeArchive(client);
        await expect(feed(decode, cut)).rejects.toMatchObject({ code: 'PGB400', kind: 'integrity' });
      });
    });

    test.each([
      ['nothing', ''],
      ['something else', 'this is no archive at all, nor was it ever one\n'.repeat(50)],
    ])('%s is no archive', async (_, text) => {
      for (const tool of [
        postgres.listArchive(client),
        postgres.defineArchive(client),
        postgres.decodeArchive(client),
      ]) {
        await expect(feed(tool, Buffer.from(text))).rejects.toMatchObject({ code: 'PGB400' });
        await tool.stop();
      }
    });

    test('what is written to a program that has read enough is dropped', async () => {
      await inSnapshot(async (snapshot, source) => {
        const { archive } = await proven(snapshot, source);
        const list = postgres.listArchive(client);
        const output = bytesOf(list);
        for (let n = 0; n < 50; n++) await list.write(archive);
        list.end();
        expect((await output).toString()).toContain('TABLE DATA');
        await list.write(archive);
      });
    });

    test('stop ends a program, as often as it is asked, and `done` settles', async () => {
      await inSnapshot(async (snapshot, source) => {
        const tools: ToolOutput[] = [
          source.dump(client, snapshot, DUMP),
          source.dumpGlobals(client, { passwords: false }),
          postgres.listArchive(client),
          postgres.defineArchive(client),
          postgres.decodeArchive(client),
        ];
        for (const tool of tools) {
          await Promise.all([tool.stop(), tool.stop()]);
          await tool.done.catch(() => {});
          await tool.stop();
        }
      });
      await subject.untilNobodyIsLeft();
    });

    test('a snapshot that is closed can neither be dumped nor counted', async () => {
      await inSnapshot(async (snapshot, source) => {
        await Promise.all([snapshot.close(), snapshot.close()]);
        await snapshot.close();
        const [table] = snapshot.tables;
        await expect(table && snapshot.count(table)).rejects.toMatchObject({ code: 'PGB218' });
        const dump = source.dump(client, snapshot, DUMP);
        await expect(bytesOf(dump)).rejects.toMatchObject({ code: 'PGB231' });
      });
      await subject.untilNobodyIsLeft();
    });

    test('an abort ends the session, whatever it is asked', async () => {
      const controller = new AbortController();
      const source = await postgres.connect(controller.signal);
      await source.openSnapshot(LOCKS);
      controller.abort();
      await expect(source.openSnapshot(LOCKS)).rejects.toThrow();
      await source.close();
      await source.close();
      await subject.untilNobodyIsLeft();
      await expect(postgres.connect(controller.signal)).rejects.toThrow();
    });

    test('a wrong password is told as one', async () => {
      const stranger = await subject.open({ password: 'wr:ong\\ \'"' });
      await expect(stranger.connect(never)).rejects.toMatchObject({ code: 'PGB210' });
      await subject.untilNobodyIsLeft();
    });
  });
}

/** Everything that a program prints; rejects unless it ends well. */
async function bytesOf(tool: ToolOutput, onceItPrints = () => {}): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of tool.output) {
    if (pieces.length === 0) onceItPrints();
    pieces.push(Buffer.from(piece));
  }
  await tool.done;
  return Buffer.concat(pieces);
}

async function whole(tool: ToolOutput, onceItPrints?: () => void): Promise<Buffer> {
  const bytes = await bytesOf(tool, onceItPrints);
  expect(await tool.done).toEqual({ warnings: [] });
  return bytes;
}
