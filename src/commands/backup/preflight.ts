// Judges the facts before anything is locked: every reason why this backup could not be whole, at once, each with its
// remedy; and what is worth a warning. Pure.
import type { Instant } from '../../backups/instant.ts';
import type { SourceFacts } from '../../postgres/port.ts';
import * as postgres from '../../problems/postgres.ts';
import type { Problem, Warning } from '../../problems/problem.ts';
import { clocksApart } from '../../problems/run.ts';
import * as sourceNotes from '../../problems/source-notes.ts';
import { CLOCKS_APART_MS } from '../clocks.ts';

export interface PreflightFacts {
  readonly source: SourceFacts;
  readonly now: Instant;
  /** The store's own clock. */
  readonly storeTime: Instant;
}

export interface PreflightRules {
  readonly allowEmpty: boolean;
  readonly counts: boolean;
  readonly encrypted: boolean;
}

const OLDEST_MAJOR = 12;
/** Others need the lock table as well. */
const SHARE_OF_LOCK_TABLE = 0.8;

/** Of the server's lock table, all at once. */
export function locksNeeded(source: SourceFacts, counts: boolean): number {
  return 2 * source.tablesToLock + (counts ? source.indexes : 0);
}

export function judge(
  { source, now, storeTime }: PreflightFacts,
  rules: PreflightRules,
): { problems: Problem[]; notes: Warning[] } {
  const problems: Problem[] = [];
  const unreadable = [
    ...source.tables.filter(table => !table.canSelect).map(table => table.name),
    ...source.unreadablePartitionRoots,
  ];
  const filtered = source.tables
    .filter(table => table.canSelect && table.rowSecurity)
    .map(table => table.name);
  const locks = locksNeeded(source, rules.counts);

  if (source.serverMajor < OLDEST_MAJOR) problems.push(postgres.serverTooOld(source.serverVersion));
  if (source.transactionPooler) problems.push(postgres.transactionPooler(`${source.host}:${source.port}`));
  if (unreadable.length > 0) problems.push(postgres.tablesUnreadable(unreadable, source.user));
  if (filtered.length > 0) problems.push(postgres.rowSecurityFilters(filtered, source.user));
  if (source.unreadableSequences.length > 0)
    problems.push(postgres.sequencesUnreadable(source.unreadableSequences, source.user));
  if (source.unusableSchemas.length > 0)
    problems.push(postgres.schemasUnusable(source.unusableSchemas, source.user));
  if (source.unreadableLargeObjects > 0)
    problems.push(postgres.largeObjectsUnreadable(source.unreadableLargeObjects, source.user));
  if (locks > source.lockCapacity * SHARE_OF_LOCK_TABLE)
    problems.push(postgres.lockTableTooSmall(locks, source.lockCapacity));
  if (source.tablesToLock === 0 && !rules.allowEmpty) problems.push(postgres.databaseEmpty(source.database));
  if (Math.abs(now - storeTime) > CLOCKS_APART_MS) problems.push(clocksApart(now, storeTime));

  const notes: Warning[] = [];
  if (source.unloggedOnStandby.length > 0) notes.push(sourceNotes.unloggedLeftOut(source.unloggedOnStandby));
  if (source.invalidIndexes.length > 0) notes.push(sourceNotes.invalidIndexesLeftOut(source.invalidIndexes));
  if (source.subscriptions.length > 0 && !source.superuser)
    notes.push(sourceNotes.subscriptionsLeftOut(source.subscriptions));
  if (source.subscriptions.length > 0 && source.superuser && !rules.encrypted)
    notes.push(sourceNotes.secretsInArchive());
  return { problems, notes };
}
