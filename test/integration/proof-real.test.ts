// The proof against real servers and clients of every major: what it says of the hostile database is what PostgreSQL
// itself answers, table by table, byte by byte.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOutputChannel } from '../../src/postgres/fast-output.ts';
import { LOCK_QUERY } from '../../src/postgres/scope.ts';
import {
  type ArchiveFindings,
  checkArchive,
  pairWithBlocks,
  type ScopeTable,
} from '../../src/proof/check-archive.ts';
import { CopyScanner, type ScanResult } from '../../src/proof/copy-scanner.ts';
import { parseToc } from '../../src/proof/toc.ts';
import { need } from '../parts/availability.ts';
import { seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';

const DATABASE = 'hostile';
/** As pg_dump sets them. */
const TEXT_SETTINGS = `set search_path = ''; set datestyle = iso; set intervalstyle = postgres; set extra_float_digits = 3;
set synchronize_seqscans = off; set max_parallel_workers_per_gather = 0; set timezone = 'UTC';`;

/** For each table in scope, what would give its rows as they are dumped. */
const ROWS_QUERY = `select t.oid, t.name, t."extensionCondition", format('select %s from only %s %s', columns.list, t.oid::regclass,
    t."extensionCondition") as rows
  from (select * from (${LOCK_QUERY}) locked where "hasData") t, lateral (select coalesce(string_agg(quote_ident(attname), ', ' order by attnum), '') as list
    from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped and attgenerated = '') columns`;

interface Answers {
  readonly scope: readonly ScopeTable[];
  readonly counts: ReadonlyMap<number, number>;
  /** By OID: SHA-256 of what COPY gives. */
  readonly digests: ReadonlyMap<number, string>;
  readonly largeObjects: readonly { oid: number; bytes: number; sha256: string }[];
  readonly sequences: readonly string[];
}

for (const major of POSTGRES_MAJORS) {
  const { missing } = await need(`postgres-${major}`);
  describe.skipIf(missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'proof-real-'));
      server = await startPostgres({ major });
      await seedHostile(server, DATABASE);
    });
    afterAll(async () => {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const archive = () => join(folder, 'archive');
    /** Dumps, and reads both the archive and the database. */
    async function examine(dumping: Dumping = {}) {
      await dump(server, archive(), dumping);
      const toc = await run(join(server.binFolder, 'pg_restore'), ['--list', archive()]);
      const { scan, status } = await decode(server, archive(), folder);
      return { toc, scan, status, ...(await ask(server, folder)) };
    }

    it.each(['default', 'none', ...(major >= 16 ? ['zstd:3', 'lz4'] : [])])(
      'agrees with the server (compression %s)',
      async compression => {
        const found = await examine({ compression });
        const { toc, scan, scope, digests } = found;
        expect(found.status).toBe(0);
        expect(checkArchive(found).map(problem => problem.message)).toEqual([]);
        expect(scan.tables.length).toBeGreaterThan(50);
        const proven = pairWithBlocks(parseToc(toc), scan, scope).map(
          ({ table, block }) => [table.oid, block.sha256] as const,
        );
        expect(new Map(proven)).toEqual(digests);
        expect(byOid(scan.largeObjects)).toEqual(found.largeObjects);
        expect(scan.sequences.map(({ value, called }) => `${value} ${called}`).sort()).toEqual(
          found.sequences,
        );
        expect(scan.otherStatements).toBe(0);
        expect(scan.tables.filter(table => table.viaRoot).length).toBe(2);
      },
    );

    it('reads an archive written with standard_conforming_strings off', async () => {
      const found = await examine({ serverOptions: '-c standard_conforming_strings=off' });
      expect(checkArchive(found)).toEqual([]);
      expect(byOid(found.scan.largeObjects)).toEqual(found.largeObjects);
    });

    it('finds a table that is not in the archive, and one that came later', async () => {
      const found = await examine({ more: ['--exclude-table-data=public.parent'] });
      expect(codes(found)).toEqual(['PGB403']);
      const scope = found.scope.filter(table => table.name !== 'public.parent').slice(1);
      expect(codes({ ...found, scope })).toEqual(['PGB404']);
    });

    it('does not take INSERT statements for rows', async () => {
      const found = await examine({ more: ['--inserts'] });
      expect(found.scan.tables).toEqual([]);
      expect(codes(found)).toEqual(['PGB406']);
    });

    it('refuses an archive that was cut, at any place', async () => {
      await dump(server, archive(), {});
      const { size } = await stat(archive());
      for (const bytes of [size - 1, Math.floor(size * 0.7), Math.floor(size * 0.4)]) {
        await truncate(archive(), bytes);
        await expect(decode(server, archive(), folder)).rejects.toMatchObject({ code: 'PGB401' });
      }
    });
  });
}

function codes(found: ArchiveFindings): string[] {
  return checkArchive(found).map(problem => problem.code);
}

function byOid<T extends { oid: number }>(objects: readonly T[]): T[] {
  return [...objects].sort((one, other) => one.oid - other.oid);
}

interface Dumping {
  compression?: string;
  /** As PGOPTIONS takes them. */
  serverOptions?: string;
  more?: string[];
}

async function dump(server: PostgresServer, file: string, dumping: Dumping): Promise<void> {
  const { compression = 'default', serverOptions = '', more = [] } = dumping;
  // 15 and older know levels of gzip alone.
  const level = compression === 'none' ? '0' : compression;
  const compress = compression === 'default' ? [] : [`--compress=${level}`];
  const args = ['--format=custom', `--file=${file}`, ...compress, ...more, '--dbname', server.url(DATABASE)];
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', PGTZ: 'UTC', PGOPTIONS: serverOptions };
  await run(join(server.binFolder, 'pg_dump'), args, { env });
}

async function decode(server: PostgresServer, archive: string, folder: string) {
  const channel = await openOutputChannel(folder);
  const args = ['--section=data', '--file=-', archive];
  const child = spawn(join(server.binFolder, 'pg_restore'), args, {
    stdio: ['ignore', channel.childEnd, 'ignore'],
  });
  channel.handedOver();
  const exit = once(child, 'exit');
  const scanner = new CopyScanner();
  for await (const bytes of channel.output) scanner.push(bytes);
  const [status] = await exit;
  const scan: ScanResult = scanner.end();
  return { scan, status };
}

/** What the server says of the same database. */
async function ask(server: PostgresServer, folder: string): Promise<Answers> {
  const count = `(xpath('/row/c/text()', query_to_xml('select count(*) as c from (' || rows || ') r', false, true, '')))[1]::text::int8`;
  const tables: (ScopeTable & { rows: string; counted: number })[] = await askJson(
    server,
    `select jsonb_agg(to_jsonb(q) || jsonb_build_object('counted', ${count})) from (${ROWS_QUERY}) q`,
  );
  const file = (oid: number) => join(folder, `${oid}.copy`);
  const copies = tables.map(({ oid, rows }) => `\\o ${file(oid)}\ncopy (${rows}) to stdout;`);
  await server.psql([TEXT_SETTINGS, ...copies, ''].join('\n'), DATABASE);
  const digests = new Map<number, string>();
  for (const { oid } of tables) {
    digests.set(
      oid,
      createHash('sha256')
        .update(await readFile(file(oid)))
        .digest('hex'),
    );
  }
  return {
    scope: tables,
    counts: new Map(tables.map(({ oid, counted }) => [oid, counted])),
    digests,
    largeObjects: await askJson(
      server,
      `select jsonb_agg(jsonb_build_object('oid', oid::int8, 'bytes', length(lo_get(oid)),
        'sha256', encode(sha256(lo_get(oid)), 'hex')) order by oid) from pg_largeobject_metadata`,
    ),
    sequences: (
      await askJson<string[]>(
        server,
        `select jsonb_agg((xpath('/row/c/text()', query_to_xml(format('select last_value || '' '' || is_called as c from %s',
          oid::regclass), false, true, '')))[1]::text) from pg_class where relkind = 'S' and relnamespace <> 'probe'::regnamespace`,
      )
    ).sort(),
  };
}

async function askJson<T>(server: PostgresServer, query: string): Promise<T> {
  return JSON.parse(await server.psql(`${TEXT_SETTINGS}\n${query};`, DATABASE));
}
