// What is in a database, in a form that two databases can be compared by: rows and SHA-256 of every table's COPY text
// (lines sorted: a restore may give them back in another order), large objects, sequences, the schema's own text.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from './postgres-server.ts';

export interface DatabaseContent {
  readonly tables: Readonly<Record<string, { rows: number; sha256: string }>>;
  readonly largeObjects: readonly string[];
  readonly sequences: readonly string[];
}

/** Names as hex: a SQL_ASCII database may hold bytes that are no text. */
const NAME = "encode(convert_to(c.oid::regclass::text, getdatabaseencoding()), 'hex')";

/**
 * Partitions are read by their root, since rows of a hash over an enum change their leaf; and of the test extension's
 * tables only what a dump carries.
 */
const RELATIONS = `select jsonb_agg(jsonb_build_object('name', ${NAME}, 'oid', c.oid::int8) order by ${NAME})
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm') and not c.relispartition and c.relpersistence <> 't'
    and (c.relkind <> 'm' or c.relispopulated) and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and c.relname not in ('probe_history', 'probe_private')`;

const copyRows = (oid: number) => `select format('copy (select * from %s %s %s) to stdout',
    case when relkind = 'r' then 'only' else '' end, oid::regclass,
    case when relname = 'probe_settings' then 'where not is_built_in' else '' end) from pg_class where oid = ${oid} \\gexec`;

const LARGE_OBJECTS = `select coalesce(jsonb_agg(concat_ws(' ', oid, length(lo_get(oid)), encode(sha256(lo_get(oid)), 'hex'))
  order by oid), '[]') from pg_largeobject_metadata`;

const SEQUENCES = `select coalesce(jsonb_agg(value order by value collate "C"), '[]') from (select ${NAME} || ' ' || (xpath('/row/c/text()',
    query_to_xml(format('select last_value || '' '' || is_called as c from %s', c.oid::regclass), false, true, '')))[1]::text as value
  from pg_class c where c.relkind = 'S') s`;

const SETTINGS = `set search_path = ''; set timezone = 'UTC'; set datestyle = iso; set intervalstyle = postgres;
set extra_float_digits = 3; set row_security = off; set max_parallel_workers_per_gather = 0;
select case getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end as bytes \\gset
set client_encoding = :'bytes';`;

export async function readContent(server: PostgresServer, database: string): Promise<DatabaseContent> {
  const folder = await mkdtemp(join(tmpdir(), 'pg-backup-compare-'));
  try {
    const ask = async (query: string) =>
      JSON.parse((await server.psql(`${SETTINGS}\n${query};`, database)) || '[]');
    const relations: { name: string; oid: number }[] = await ask(RELATIONS);
    const copies = relations.map(({ oid }, at) => `\\o ${join(folder, String(at))}\n${copyRows(oid)}`);
    await server.psql([SETTINGS, ...copies, ''].join('\n'), database);
    const tables: Record<string, { rows: number; sha256: string }> = {};
    for (const [at, { name }] of relations.entries()) {
      tables[Buffer.from(name, 'hex').toString()] = digest(
        await readFile(join(folder, String(at)), 'latin1'),
      );
    }
    return { tables, largeObjects: await ask(LARGE_OBJECTS), sequences: await ask(SEQUENCES) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function digest(text: string): { rows: number; sha256: string } {
  const lines = text.split('\n').slice(0, -1).sort();
  return {
    rows: lines.length,
    sha256: createHash('sha256').update(lines.join('\n'), 'latin1').digest('hex'),
  };
}
