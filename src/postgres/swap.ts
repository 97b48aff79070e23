// The swap: one transaction renames the live database away and the restored one into its place. While it waits for the
// live database to be free, a second session ends whatever is connected; new logins wait for the transaction's lock. A
// crash at any moment leaves both names as they were or both changed.
import { setTimeout } from 'node:timers/promises';
import { Problem } from '../problems/problem.ts';
import { sessionsConnected, swapRefused, swapUnclear, targetChanged } from '../problems/restore.ts';
import { commentStatement } from './database-properties.ts';
import type { Session } from './session.ts';
import { identifier, literal } from './sql-text.ts';
import type { SwapOptions } from './target-port.ts';
import type { TargetSessions } from './target-sessions.ts';

/** RENAME itself gives up after 5 s of waiting for sessions to go. */
const RENAME_MS = 30_000;
const END_SESSIONS_EVERY_MS = 50;

interface Database {
  readonly name: string;
  readonly oid: number;
}

/** Is not cut short by a cancel: between the request and its answer nobody knows what became of it. */
export async function swap(sessions: TargetSessions, scratch: Database, options: SwapOptions): Promise<void> {
  const renaming = await sessions.openMaintenance(options.live.name, undefined);
  const ending = options.terminateSessions ? endSessions(sessions, options.live) : undefined;
  try {
    await rename(renaming, scratch, options);
  } catch (error) {
    const swapped = await isSwapped(sessions, scratch, options.live.name, error);
    if (!swapped) throw await explain(sessions, options, error);
  } finally {
    await ending?.stop();
    await renaming.close();
  }
}

async function rename(session: Session, scratch: Database, { live, before }: SwapOptions): Promise<void> {
  const [from, aside, restored] = [identifier(live.name), identifier(before), identifier(scratch.name)];
  await session.run('the swap', 'begin');
  await session.run('renaming the live database', `alter database ${from} rename to ${aside}`, RENAME_MS);
  if ((await oidOf(session, before)) !== live.oid) {
    await session.run('the swap', 'rollback');
    throw targetChanged(live.name);
  }
  await session.run(
    'renaming the restored database',
    `alter database ${restored} rename to ${from}`,
    RENAME_MS,
  );
  // With the renames, because until then the comment is the mark by which a leftover is known.
  await session.generated('the comment', commentStatement(live.oid, scratch.oid), RENAME_MS);
  await session.run('the swap', 'commit', RENAME_MS);
}

async function oidOf(session: Session, name: string): Promise<number | undefined> {
  const [found] = await session.rows<{ oid: number }>(
    'the swap',
    `select oid::int8 as oid from pg_catalog.pg_database where datname = ${literal(name)}`,
  );
  return found?.oid;
}

/** A lost answer to COMMIT is settled by looking. */
async function isSwapped(
  sessions: TargetSessions,
  scratch: Database,
  live: string,
  error: unknown,
): Promise<boolean> {
  try {
    const session = await sessions.openMaintenance(live, undefined);
    try {
      return (await oidOf(session, live)) === scratch.oid;
    } finally {
      await session.close();
    }
  } catch {
    throw swapUnclear(live, error instanceof Error ? error.message : String(error));
  }
}

async function explain(
  sessions: TargetSessions,
  { live, terminateSessions }: SwapOptions,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Problem) || error.code === targetChanged('').code) return error;
  const detail = error.detail ?? error.summary;
  if (!/\b55006: /.test(detail)) return swapRefused(live.name, detail);
  const who = await whoIsThere(sessions, live).catch(() => []);
  const names = who.map(({ application, count }) => `${count} ${application}`).join(', ');
  const sum = who.reduce((total, { count }) => total + count, 0);
  return terminateSessions || sum === 0
    ? swapRefused(live.name, detail)
    : sessionsConnected(live.name, sum, names);
}

async function whoIsThere(
  sessions: TargetSessions,
  live: Database,
): Promise<{ application: string; count: number }[]> {
  const session = await sessions.openMaintenance(live.name, undefined);
  try {
    return await session.rows(
      'the sessions',
      `select coalesce(nullif(application_name, ''), '(no name)') as application, count(*)::int as count
        from pg_catalog.pg_stat_activity where datid = ${live.oid} group by 1 order by 2 desc`,
    );
  } finally {
    await session.close();
  }
}

/** Of others, on that database; those that this role may not end are left. */
export function endSessionsOf(oid: number): string {
  return `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity a left join pg_catalog.pg_roles other on other.oid = a.usesysid
    join pg_catalog.pg_roles me on me.rolname = current_user
    where datid = ${oid} and pid <> pg_catalog.pg_backend_pid() and (me.rolsuper or not coalesce(other.rolsuper, false)
      and (pg_catalog.pg_has_role(a.usesysid, 'USAGE') or pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')))`;
}

/** What this role may not end is left: the rename then fails and says who is there. */
function endSessions(sessions: TargetSessions, live: Database): { stop(): Promise<void> } {
  const over = new AbortController();
  const loop = async () => {
    const session = await sessions.openMaintenance(live.name, undefined);
    try {
      while (!over.signal.aborted) {
        await session.run('ending sessions', endSessionsOf(live.oid)).catch(() => {});
        await setTimeout(END_SESSIONS_EVERY_MS);
      }
    } finally {
      await session.close();
    }
  };
  const running = loop().catch(() => {});
  return {
    async stop() {
      over.abort();
      await running;
    },
  };
}
