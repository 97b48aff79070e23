// What a restored database holds besides rows of tables: sequence values, large objects, and which indexes, constraints
// and triggers are not in force. Asked in the same words as at the source.
import { createHash } from 'node:crypto';
import * as scope from './scope.ts';
import type { Session } from './session.ts';
import type { RestoredState } from './target-port.ts';

/** Millions of large objects are hashed in one question. */
const LONG_MS = 24 * 3_600_000;
/** Of a large object that is hashed at once on the server, which holds it in memory for that. */
const AT_ONCE_BYTES = 16 * 1024 * 1024;
const SLICE_BYTES = 4 * 1024 * 1024;

/** The value of a sequence stands in the sequence itself: one statement each, made on the server. */
const SEQUENCES = `select pg_catalog.format(
    'select pg_catalog.jsonb_build_object(''name'', %L::text, ''value'', last_value::text, ''called'', is_called)::text from %s',
    pg_catalog.format('%I.%I', n.nspname, c.relname), c.oid::pg_catalog.regclass)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' order by c.oid`;

/** 262144 is INV_READ, 2 SEEK_END: the catalog that holds the bytes is closed to all but superusers. */
const LARGE_OBJECTS = `select m.oid::int8 as oid, s.bytes, pg_catalog.lo_close(o.descriptor) as closed,
    case when s.bytes <= ${AT_ONCE_BYTES} then pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(m.oid)), 'hex') end as sha256
  from pg_catalog.pg_largeobject_metadata m,
    lateral (select pg_catalog.lo_open(m.oid, 262144) as descriptor) o,
    lateral (select pg_catalog.lo_lseek64(o.descriptor, 0, 2) as bytes) s
  order by m.oid`;

/** A session, or the transaction in which a live database is changed. */
export type Asked = Pick<Session, 'rows' | 'generated'>;

export async function readState(session: Asked): Promise<RestoredState> {
  const names = async (what: string, query: string) =>
    (await session.rows<{ name: string }>(what, query)).map(row => row.name);
  const sequences = await session.generated('the sequences', SEQUENCES, LONG_MS);
  return {
    sequences: sequences.map(line => JSON.parse(line)),
    largeObjects: await readLargeObjects(session),
    invalidIndexes: await names('the indexes', scope.INVALID_INDEXES_QUERY),
    notValidConstraints: await names('the constraints', scope.NOT_VALID_CONSTRAINTS_QUERY),
    disabledTriggers: await names('the triggers', scope.DISABLED_TRIGGERS_QUERY),
  };
}

async function readLargeObjects(session: Asked): Promise<RestoredState['largeObjects']> {
  const found = await session.rows<{ oid: number; bytes: number; sha256: string | null }>(
    'the large objects',
    LARGE_OBJECTS,
    LONG_MS,
  );
  const read: { oid: number; bytes: number; sha256: string }[] = [];
  for (const { oid, bytes, sha256 } of found)
    read.push({ oid, bytes, sha256: sha256 ?? (await hashInSlices(session, oid, bytes)) });
  return read;
}

async function hashInSlices(session: Asked, oid: number, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes; from += SLICE_BYTES) {
    const [slice] = await session.rows<{ hex: string }>(
      'the large objects',
      `select pg_catalog.encode(pg_catalog.lo_get(${oid}, ${from}, ${SLICE_BYTES}), 'hex') as hex`,
    );
    hash.update(Buffer.from(slice?.hex ?? '', 'hex'));
  }
  return hash.digest('hex');
}
