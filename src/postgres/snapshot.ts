// Takes the one snapshot that pg_dump and the counts share. The order is what makes it true: an exported snapshot does
// not protect against TRUNCATE or a rewrite, so every table is locked first, then the snapshot is taken, then the
// scope is listed again; a table that came or went in between starts it over.
import type { Instant } from '../backups/instant.ts';
import { lockTimedOut, schemaKeepsChanging } from '../problems/postgres.ts';
import { Problem, type ProblemCode } from '../problems/problem.ts';
import type { Snapshot, TableInSnapshot } from './port.ts';
import { LOCK_QUERY, LOCKED_BY_OTHERS_QUERY } from './scope.ts';
import type { Session } from './session.ts';

const ATTEMPTS = 5;
const LOCK_TIMED_OUT: ProblemCode = 'PGB229';
/** One LOCK statement names this many tables. */
const LOCKS_A_STATEMENT = 200;
/** count(*) on the largest table; the run's own timeout ends it earlier. */
const COUNT_TIMEOUT_MS = 24 * 3_600_000;

/** A partition root has no rows of its own, but pg_dump locks it. */
type Lockable = TableInSnapshot & { readonly hasData: boolean };

/** The session is the snapshot's from here on: nothing else may be asked through it. */
export async function takeSnapshot(
  session: Session,
  lockWaitTimeoutMs: number,
  now: () => Instant,
): Promise<Snapshot> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const wanted = await session.rows<Lockable>('the tables', LOCK_QUERY);
    // No query may run between BEGIN and the locks: it would take the snapshot too early.
    await session.run('the transaction', 'begin isolation level repeatable read read only');
    await session.run('the transaction', `set local lock_timeout = ${lockWaitTimeoutMs}`);
    if (!(await lockAll(session, wanted, lockWaitTimeoutMs))) continue;
    await session.run('the transaction', 'set local lock_timeout = 0');
    const [exported] = await session.rows<{ id: string }>(
      'the snapshot',
      'select pg_catalog.pg_export_snapshot() as id',
    );
    const takenAt = now();
    const locked = await session.rows<Lockable>('the tables', LOCK_QUERY);
    if (exported && sameTables(wanted, locked)) {
      return {
        id: exported.id,
        takenAt,
        tables: locked.filter(table => table.hasData),
        count: table => countRows(session, table),
        close: () => session.close(),
      };
    }
    await session.run('the transaction', 'rollback');
  }
  throw schemaKeepsChanging(ATTEMPTS);
}

/** False, with the transaction rolled back, when a table was dropped or renamed since it was listed. */
async function lockAll(
  session: Session,
  tables: readonly TableInSnapshot[],
  timeoutMs: number,
): Promise<boolean> {
  for (let start = 0; start < tables.length; start += LOCKS_A_STATEMENT) {
    const names = tables.slice(start, start + LOCKS_A_STATEMENT).map(table => `only ${table.name}`);
    try {
      await session.run(
        'locking the tables',
        `lock table ${names.join(', ')} in access share mode`,
        timeoutMs + 60_000,
      );
    } catch (problem) {
      await session.run('the transaction', 'rollback');
      // 42P01 undefined table, 3F000 undefined schema, 42809 it is something else by now
      if (problem instanceof Problem && /\b(42P01|3F000|42809): /.test(problem.detail ?? '')) return false;
      if (!(problem instanceof Problem) || problem.code !== LOCK_TIMED_OUT) throw problem;
      throw lockTimedOut(await lockedByOthers(session), timeoutMs / 1000);
    }
  }
  return true;
}

/** Which table it was: a statement that locks two hundred does not say. '' where nobody holds one any more. */
async function lockedByOthers(session: Session): Promise<string> {
  const locked = await session.rows<{ name: string }>('the locks', LOCKED_BY_OTHERS_QUERY);
  return locked.map(table => table.name).join(', ');
}

/** By OID, so that the name stays on the server; ONLY, because an inheritance parent would add its children. */
async function countRows(session: Session, table: TableInSnapshot): Promise<number> {
  const [rows] = await session.generated(
    `counting ${table.name}`,
    `select pg_catalog.format('select count(*) from only %s %s', ${table.oid}::regclass, cond)
       from (select coalesce((select u.cond from pg_catalog.pg_extension e, rows from (unnest(e.extconfig), unnest(e.extcondition)) u(oid, cond)
         where u.oid = ${table.oid} and e.oid >= 16384), '') as cond) extension`,
    COUNT_TIMEOUT_MS,
  );
  return Number(rows);
}

/** Renamed tables count as changed: they were locked under the other name. */
function sameTables(before: readonly TableInSnapshot[], after: readonly TableInSnapshot[]): boolean {
  return (
    before.length === after.length &&
    before.every((table, at) => table.oid === after[at]?.oid && table.name === after[at]?.name)
  );
}
