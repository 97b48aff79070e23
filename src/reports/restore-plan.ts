// A restore's plan as plain data, and how it reads: what comes from where, what it replaces, what is worth knowing, and
// how it is confirmed.
import type { Instant } from '../backups/instant.ts';
import type { Level } from '../backups/level.ts';
import type { Tier } from '../backups/tier.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import { marked, plural } from './plain-text.ts';
import { formatAge, formatBytes, formatDuration, formatMoment } from './quantities.ts';
import { backupLine, fileLines } from './restore-source-lines.ts';

/**
 * `swap`: into a database beside the live one, which then takes its name; the live one is kept under another.
 * `new-database`: into a new database that stays; nothing is replaced.
 * `in-place`: into the live database, which is emptied first; `data-only`: into its tables, which stay as they are made;
 * `tables`: some tables, into a schema beside or in the place of what is there. These three in one transaction.
 */
export const MODES = ['swap', 'new-database', 'in-place', 'data-only', 'tables'] as const;
export type Mode = (typeof MODES)[number];

/** The live database stays, and is changed in one transaction. */
export function changesLive(mode: Mode): boolean {
  return mode === 'in-place' || mode === 'data-only' || mode === 'tables';
}

/** What was there is gone afterwards, and no database keeps it. */
export function losesContent({ mode, replaceTables }: { mode: Mode; replaceTables: boolean }): boolean {
  return changesLive(mode) && (mode !== 'tables' || replaceTables);
}

/** What a new database is made for, for good or on the way. */
export function makesDatabase(mode: Mode): boolean {
  return mode === 'swap' || mode === 'new-database' || mode === 'tables';
}

/** The backup that was chosen, resolved: never `latest` any more. */
export interface PlannedBackup {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly stamp: Instant;
  readonly level: Level;
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly plainBytes: number;
  /** Of the stored bytes. */
  readonly sha256: string;
  readonly rows: number;
  readonly tables: number;
  readonly database: string;
  readonly serverVersion: string;
  readonly clientVersion: string;
  readonly encrypted: boolean;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
}

/** A file on this machine that is restored instead of a backup. */
export interface PlannedFile {
  /** As it was given. */
  readonly path: string;
  readonly format: 'custom' | 'directory' | 'tar' | 'sql';
  /** What was taken off to get to the dump, the outermost first: `openssl`, `gzip`. */
  readonly layers: readonly string[];
  readonly bytes: number;
  readonly plainBytes: number;
  /** Of the file; of a folder over the list of its files with theirs. */
  readonly sha256: string;
  /** In words: as the dump says it, by the clock of whoever wrote it, or else when the file was last changed. */
  readonly writtenAt: string;
  /** `decoded` where there is no manifest beside it. */
  readonly level: Level;
  /** Where a manifest lies beside it. */
  readonly backupId: string | null;
  readonly database: string | null;
  readonly serverVersion: string | null;
  readonly clientVersion: string | null;
  readonly rows: number;
  readonly tables: number;
  /** Table by table, in the dump's order. */
  readonly contents: readonly { readonly name: string; readonly rows: number }[];
  readonly extensions: readonly { readonly name: string; readonly version: string | null }[];
}

export interface RestorePlan {
  /** Over what must not change between the plan and its execution. */
  readonly hash: string;
  /** null where a file is restored. */
  readonly backup: PlannedBackup | null;
  /** null where a backup is restored. */
  readonly file: PlannedFile | null;
  readonly mode: Mode;
  /** The name under which the restored database is found in the end. */
  readonly database: string;
  readonly target: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly serverVersion: string;
    readonly systemIdentifier: string | null;
    readonly leftovers: readonly { readonly name: string; readonly bytes: number | null }[];
  };
  /** null where nothing is replaced. */
  readonly replaces: {
    readonly oid: number;
    readonly name: string;
    readonly owner: string;
    readonly bytes: number | null;
    readonly tables: number | null;
    readonly sessions: readonly { readonly application: string; readonly count: number }[];
  } | null;
  readonly noOwner: boolean;
  readonly noAcl: boolean;
  readonly stubRoles: boolean;
  readonly terminateSessions: boolean;
  /** The live database is read-only from then on until the end. */
  readonly fence: boolean;
  /** The tables that were asked for; empty: all of the backup. */
  readonly tables: readonly string[];
  readonly replaceTables: boolean;
  /** Under which name the database is backed up before it is changed; null: it is not. */
  readonly safety: { readonly name: string } | null;
  /** One line for each thing of the live database that goes, is altered or made. */
  readonly touches: readonly string[];
  /** What lies in the tables that are emptied or replaced; rows as last counted, null: never. */
  readonly there: readonly { readonly name: string; readonly rows: number | null; readonly bytes: number }[];
  readonly postRestoreSql: string | null;
  readonly postRestoreCommand: string | null;
  /** From the newest restore test of this name that passed; null where there is none. Not in the hash. */
  readonly expected: {
    /** From the start of the download to a restored and analyzed database. */
    readonly seconds: number;
    readonly testedAt: Instant;
  } | null;
  /** What is worth knowing before it is confirmed. */
  readonly notes: readonly Warning[];
  /** What must be mended first: a plan with any can't be carried out. */
  readonly problems: readonly Problem[];
  readonly plannedAt: Instant;
}

/** For the log. Without names, hosts and rows where `detail` is minimal; the hash is always told. */
export function planLines(plan: RestorePlan, detail: 'full' | 'minimal'): readonly string[] {
  const { backup, file, target, replaces } = plan;
  const full = detail === 'full';
  const where = full ? ` ${marked(target.host)}, port ${target.port}, as ${marked(target.user)},` : '';
  return [
    ...(backup ? [backupLine(backup, plan.plannedAt, full)] : []),
    ...(file ? fileLines(file, full) : []),
    `Target:${where} PostgreSQL ${target.serverVersion}`,
    full ? becomes(plan) : `Mode ${marked(plan.mode)}`,
    ...(replaces && full ? [replaced(replaces, plan.mode)] : []),
    ...(full ? touched(plan) : []),
    ...choices(plan, full),
    expectation(plan),
    ...(full && target.leftovers.length > 0
      ? [
          `Left by earlier restores, dropped first: ${target.leftovers.map(({ name }) => marked(name)).join(', ')}`,
        ]
      : []),
    `Plan ${marked(plan.hash)}`,
  ];
}

function becomes({ mode, database, replaceTables }: RestorePlan): string {
  const live = marked(database);
  switch (mode) {
    case 'swap':
      return `Restores beside ${live}, compares, then swaps the two by renaming them`;
    case 'new-database':
      return `Restores into the new database ${live}; nothing is replaced`;
    case 'in-place':
      return `Empties ${live}, restores into it, compares, and only then commits: one transaction`;
    case 'data-only':
      return `Fills tables of ${live} anew, compares, and only then commits: one transaction`;
    case 'tables':
      return replaceTables
        ? `Restores tables beside ${live}, compares, then replaces them in it in one transaction`
        : `Restores tables beside ${live}, compares, then brings them into it under a schema of their own; nothing is replaced`;
  }
}

const MOST_TOUCHED = 40;

function touched({ touches, there }: RestorePlan): string[] {
  const shown = touches.slice(0, MOST_TOUCHED).map(line => `- ${marked(line, 300)}`);
  const rest = touches.length - shown.length;
  const filled = there.filter(({ rows }) => rows !== 0);
  return [
    ...(touches.length === 0 ? [] : ['Goes, is altered or made:', ...shown]),
    ...(rest > 0 ? [`- and ${rest} more (\`--json\` names them all)`] : []),
    ...(filled.length === 0
      ? []
      : [
          `There now: ${filled
            .slice(0, MOST_TOUCHED)
            .map(
              ({ name, rows, bytes }) =>
                `${marked(name)} (${rows === null ? formatBytes(bytes) : `about ${plural(rows, 'row')}`})`,
            )
            .join(', ')}`,
        ]),
  ];
}

function replaced(
  { name, owner, bytes, tables, sessions }: NonNullable<RestorePlan['replaces']>,
  mode: Mode,
): string {
  const size = bytes === null ? 'of unknown size' : formatBytes(bytes);
  const inside = tables === null ? '' : `, ${plural(tables, 'table')}`;
  const connected = sessions.reduce((sum, { count }) => sum + count, 0);
  const about = `${marked(name)} (${size}${inside}, owner ${marked(owner)}, ${plural(connected, 'session')})`;
  return mode === 'swap'
    ? `Replaces ${about}; it is kept under another name until you drop it`
    : `Changes ${about}`;
}

function expectation({ expected, plannedAt }: RestorePlan): string {
  if (expected === null) return 'How long it takes is not known: no restore test of it has passed yet';
  const { seconds, testedAt } = expected;
  return `Expected to take about ${formatDuration(seconds)}, as the restore test of ${formatMoment(testedAt)} did (${formatAge(testedAt, plannedAt)}, on a machine of its own)`;
}

function choices(plan: RestorePlan, full: boolean): string[] {
  const flags = [
    ...(plan.noOwner ? ['owners are left out'] : []),
    ...(plan.noAcl ? ['grants are left out'] : []),
    ...(plan.stubRoles ? ['missing roles are made without login'] : []),
    ...(plan.fence ? ['the database is made read-only first'] : []),
    ...(plan.terminateSessions
      ? [`sessions are ended ${plan.mode === 'swap' ? 'at the swap' : 'before the change'}`]
      : []),
    ...(plan.safety
      ? [`first a safety backup${full ? ` under the name ${marked(plan.safety.name)}` : ''}`]
      : losesContent(plan)
        ? ['NO safety backup']
        : []),
    ...(plan.postRestoreSql === null ? [] : ['then your SQL runs in it']),
    ...(plan.postRestoreCommand === null
      ? []
      : [`then your command runs${full ? `: ${marked(plan.postRestoreCommand, 300)}` : ''}`]),
  ];
  return flags.length === 0 ? [] : [`Also: ${flags.join('; ')}`];
}
