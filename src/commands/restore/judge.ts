// Judges what is known of backup and target before anything is changed: every reason why the restore can't be, at once,
// each with its remedy; and what is worth knowing before it is confirmed. Pure.
import { formatInstant } from '../../backups/instant.ts';
import type { DatabaseFacts, TargetFacts } from '../../postgres/target-port.ts';
import type { Problem, Warning } from '../../problems/problem.ts';
import * as problems from '../../problems/restore.ts';
import { notFromSql } from '../../problems/restore-files.ts';
import { makesDatabase } from '../../reports/restore-plan.ts';
import { judgeFence } from './judge-change.ts';
import type { Judged } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import type { Planned } from './source.ts';

/** What decides whether a target can take it, of a backup as of a file. */
export interface Restorable {
  /** null where a file doesn't say. */
  readonly serverVersion: string | null;
  /** When its contents were as they are in it, in words. */
  readonly since: string;
  /** `version`: null where a file doesn't say. */
  readonly extensions: readonly { readonly name: string; readonly version: string | null }[];
  /** It is plain SQL, which pg_restore doesn't sort: nothing is left out of it. */
  readonly isSql: boolean;
}

export function restorableOf({ backup, file }: Planned): Restorable {
  if (backup) return { ...backup, since: formatInstant(backup.stamp), isSql: false };
  return { ...file, since: file.writtenAt, isSql: file.format === 'sql' };
}

export function judgeTarget(
  backup: Restorable,
  facts: TargetFacts,
  settings: RestoreSettings,
  wanted: string,
): Judged {
  const found: Problem[] = [];
  const notes: Warning[] = [];
  if (facts.standby) found.push(problems.targetIsStandby(facts.host));
  const { serverVersion } = backup;
  if (serverVersion !== null && majorOf(serverVersion) > facts.serverMajor)
    found.push(problems.olderMajor(serverVersion, facts.serverVersion));
  for (const [input, wanted] of [
    ['no-owner', settings.noOwner],
    ['no-acl', settings.noAcl],
  ] as const)
    if (wanted && backup.isSql) found.push(notFromSql(`${input}: true`));
  if (!facts.mayCreateDatabases && makesDatabase(settings.mode))
    found.push(problems.mayNotCreateDatabases(facts.user));
  const extensions = compareExtensions(backup, facts);
  if (extensions.missing.length > 0) found.push(problems.extensionsMissing(extensions.missing));
  if (extensions.differing.length > 0) notes.push(problems.extensionsDiffer(extensions.differing));

  if (settings.mode === 'new-database') {
    if (facts.database) found.push(problems.newDatabaseExists(facts.database.name));
  } else if (!facts.database) found.push(problems.targetMissing(wanted));
  else if (settings.mode === 'swap') {
    const judged = judgeLive(facts.database, facts.user, settings);
    found.push(...judged.problems, ...judgeFence(settings, facts.database));
    notes.push(...judged.notes, problems.writesLost(facts.database.name, backup.since, 'database'));
  }
  return { problems: found, notes };
}

/**
 * Asked again right before the swap: what came up meanwhile stops it while the live database still answers. Sessions
 * may be gone by then: whether they are is the swap's to find out.
 */
export function judgeLive(live: DatabaseFacts, user: string, settings: RestoreSettings): Judged {
  const found: Problem[] = [];
  const notes: Warning[] = [];
  const sessions = live.sessions.reduce((sum, { count }) => sum + count, 0);
  const who = live.sessions.map(({ application, count }) => `${count} ${application}`).join(', ');
  if (!live.mayRename) found.push(problems.mayNotRename(user, live.name, live.owner));
  if (live.preparedTransactions.length > 0)
    found.push(problems.preparedTransactions(live.name, live.preparedTransactions));
  if (live.logicalSlots.length > 0) notes.push(problems.logicalSlotsStay(live.name, live.logicalSlots));
  if (live.subscriptions.length > 0) notes.push(problems.subscriptionsStay(live.name, live.subscriptions));
  if (sessions > 0 && settings.terminateSessions)
    notes.push(problems.sessionsWillEnd(live.name, sessions, who, 'at the swap'));
  if (sessions > 0 && !settings.terminateSessions)
    notes.push(problems.sessionsInTheWay(live.name, sessions, who));
  return { problems: found, notes };
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

function compareExtensions(
  { extensions }: Restorable,
  { extensions: available }: TargetFacts,
): { missing: string[]; differing: string[] } {
  const versions = new Map(available.map(extension => [extension.name, extension.versions]));
  const missing = extensions.filter(({ name }) => !versions.has(name)).map(({ name }) => name);
  const differing = extensions
    .filter(({ name, version }) => version !== null && versions.get(name)?.includes(version) === false)
    .map(({ name, version }) => `${name} ${version}`);
  return { missing, differing };
}
