// The fence around a live database: whoever connects finds it read-only, and whoever was connected is sent away. It is
// raised and marked in one transaction. The mark names an advisory lock: whoever can take that knows that the restore is
// over, and takes the fence down; it also holds what the database had set in these places before.
import { setTimeout } from 'node:timers/promises';
import { fenceNeedsNobody } from '../problems/restore-modes.ts';
import type { Fence } from './live-port.ts';
import { lockKey } from './scratch.ts';
import type { Session } from './session.ts';
import { identifier, literal } from './sql-text.ts';
import { endSessionsOf } from './swap.ts';
import type { TargetSessions } from './target-sessions.ts';

/** Any role may set it for a database of its own, and it changes nothing but what is shown. */
const MARKED_SETTING = 'application_name';
const READ_ONLY = 'default_transaction_read_only';
const MARK = 'fenced by pg-backup-action';
const SEND_AWAY_MS = 10_000;
const EVERY_MS = 50;

/** Databases under a fence that was raised from this maintenance database. */
const FENCED_QUERY = `select d.datname as name, pg_catalog.substring(item, ', lock ([0-9]+) ')::int8 as lock,
    pg_catalog.substr(item, pg_catalog.strpos(item, '=') + 1) as mark
  from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase, pg_catalog.unnest(s.setconfig) item
  where s.setrole = 0 and item ~ '^${MARKED_SETTING}=${MARK} \\(since [^ ]+, lock [0-9]+( was [^ ]+)? in '
    and item like '% in ' || current_database() || ')'
    and (pg_catalog.pg_has_role(d.datdba, 'USAGE') or (select rolsuper from pg_catalog.pg_roles where rolname = current_user))
  order by 1`;

export async function raiseFence(
  sessions: TargetSessions,
  database: string,
  since: string,
  signal: AbortSignal,
): Promise<Fence> {
  // Without a signal: its lock says that the fence is in use until it is taken down.
  const leader = await sessions.openMaintenance(database, undefined);
  try {
    const lock = lockKey(`fence ${database}`);
    await leader.run('the lock', `select pg_catalog.pg_advisory_lock(${lock})`);
    signal.throwIfAborted();
    const found = await settingsOf(leader, database);
    // With the lock in hand, a fence that stands is one that a killed restore has left.
    const before = wasBefore(found.get(MARKED_SETTING) ?? '') ?? found;
    const mark = `${MARK} (since ${since}, lock ${lock}${remember(before)} in ${sessions.maintenance})`;
    const name = identifier(database);
    await leader.run('the fence', 'begin');
    await leader.run('the fence', `alter database ${name} set ${READ_ONLY} = on`);
    await leader.run('the fence', `alter database ${name} set ${MARKED_SETTING} = ${literal(mark)}`);
    await leader.run('the fence', 'commit');
    const fence: Fence = {
      undo: downStatements(database, before),
      lift: name => takeDown(leader, name, before),
      close: () => leader.close(),
    };
    try {
      await sendAway(leader, database, signal);
    } catch (error) {
      await fence.lift(database);
      throw error;
    }
    return fence;
  } catch (error) {
    await leader.close();
    throw error;
  }
}

/** Takes down what killed restores have left standing, and says around which databases. */
export async function liftOldFences(
  sessions: TargetSessions,
  not: string,
  signal: AbortSignal,
): Promise<string[]> {
  const session = await sessions.openMaintenance(not, signal);
  const lifted: string[] = [];
  try {
    for (const { name, lock, mark } of await session.rows<{ name: string; lock: number; mark: string }>(
      'the fences',
      FENCED_QUERY,
    )) {
      const [held] = await session.rows<{ free: boolean }>(
        'the fences',
        `select pg_catalog.pg_try_advisory_lock(${lock}) as free`,
      );
      if (!held?.free) continue;
      await takeDown(session, name, wasBefore(mark) ?? new Map());
      lifted.push(name);
    }
  } finally {
    await session.close();
  }
  return lifted;
}

/** In letters that a setting takes as they are. */
function remember(before: ReadonlyMap<string, string>): string {
  return before.size === 0 ? '' : ` was ${Buffer.from(JSON.stringify([...before])).toString('base64url')}`;
}

/** undefined: that is no mark of ours. */
function wasBefore(mark: string): ReadonlyMap<string, string> | undefined {
  if (!mark.startsWith(`${MARK} (`)) return undefined;
  const [, kept] = /, lock \d+ was ([\w-]+) in /.exec(mark) ?? [];
  try {
    return new Map(JSON.parse(Buffer.from(kept ?? '', 'base64url').toString()));
  } catch {
    return new Map();
  }
}

async function takeDown(
  session: Session,
  database: string,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  await session.run('taking the fence down', 'begin');
  for (const statement of downStatements(database, before))
    await session.run('taking the fence down', statement);
  await session.run('taking the fence down', 'commit');
}

function downStatements(database: string, before: ReadonlyMap<string, string>): string[] {
  const name = identifier(database);
  return [READ_ONLY, MARKED_SETTING].map(setting => {
    const value = before.get(setting);
    return value === undefined
      ? `ALTER DATABASE ${name} RESET ${setting}`
      : `ALTER DATABASE ${name} SET ${setting} = ${literal(value)}`;
  });
}

async function settingsOf(session: Session, database: string): Promise<Map<string, string>> {
  const found = await session.rows<{ name: string; value: string }>(
    'the settings',
    `select pg_catalog.split_part(item, '=', 1) as name, pg_catalog.substr(item, pg_catalog.strpos(item, '=') + 1) as value
      from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase, pg_catalog.unnest(s.setconfig) item
      where s.setrole = 0 and d.datname = ${literal(database)} and item ~ '^(${READ_ONLY}|${MARKED_SETTING})='`,
  );
  return new Map(found.map(({ name, value }) => [name, value]));
}

/** Their settings are those of the moment they connected. */
async function sendAway(session: Session, database: string, signal: AbortSignal): Promise<void> {
  const [found] = await session.rows<{ oid: number; since: string }>(
    'the sessions',
    `select oid::int8 as oid, pg_catalog.clock_timestamp()::text as since from pg_catalog.pg_database where datname = ${literal(database)}`,
  );
  const older = `select count(*)::int as count from pg_catalog.pg_stat_activity where datid = ${found?.oid ?? 0}
    and coalesce(backend_type, '') = 'client backend' and backend_start < ${literal(found?.since ?? '')}`;
  for (let waited = 0; ; waited += EVERY_MS) {
    signal.throwIfAborted();
    await session.run(
      'ending sessions',
      `${endSessionsOf(found?.oid ?? 0)} and backend_start < ${literal(found?.since ?? '')}`,
    );
    const [left] = await session.rows<{ count: number }>('the sessions', older);
    if (left?.count === 0) return;
    if (waited >= SEND_AWAY_MS) throw fenceNeedsNobody(database, left?.count ?? 0);
    await setTimeout(EVERY_MS);
  }
}
