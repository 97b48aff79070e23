// A restore's plan as plain data, and how it reads: what comes from where, what it replaces, what is worth knowing, and
// how it is confirmed.
import { formatInstant, type Instant } from '../backups/instant.ts';
import type { Level } from '../backups/level.ts';
import type { Tier } from '../backups/tier.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatAge, formatBytes, formatDuration, formatMoment } from './quantities.ts';

/**
 * `swap`: into a database beside the live one, which then takes its name; the live one is kept under another.
 * `new-database`: into a new database that stays; nothing is replaced.
 */
export type Mode = 'swap' | 'new-database';

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
    ...(replaces && full ? [replaced(replaces)] : []),
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

function backupLine(backup: PlannedBackup, now: Instant, full: boolean): string {
  const of = full ? ` of ${marked(backup.database)}` : '';
  const content = full ? `, ${plural(backup.rows, 'row')} in ${plural(backup.tables, 'table')}` : '';
  return `Backup ${marked(backup.id)} (${marked(backup.tier)})${of}: taken ${formatMoment(backup.stamp)}, ${formatAge(backup.stamp, now)}; ${formatBytes(backup.bytes)}${content}; proven to ${marked(backup.level)}; PostgreSQL ${backup.serverVersion}`;
}

/** Of as many tables the rows are told one by one. */
const TABLES_TOLD = 200;
const FORMATS = {
  custom: 'in the custom format',
  directory: 'in the directory format',
  tar: 'in the tar format',
  sql: 'as plain SQL',
} as const;

function fileLines(file: PlannedFile, full: boolean): string[] {
  const of = full && file.database !== null ? ` of ${marked(file.database)}` : '';
  const name = full ? ` ${marked(file.path)}` : '';
  const layers = file.layers.length === 0 ? '' : `, inside of ${file.layers.join(', ')}`;
  const content = full ? `, ${plural(file.rows, 'row')} in ${plural(file.tables, 'table')}` : '';
  const proof =
    file.backupId === null
      ? 'decoded whole, with nothing to compare it with'
      : `backup ${marked(file.backupId)}, proven to ${marked(file.level)}`;
  const version =
    file.serverVersion === null ? 'PostgreSQL of unknown version' : `PostgreSQL ${file.serverVersion}`;
  const told = full ? file.contents.slice(0, TABLES_TOLD) : [];
  const rest = file.contents.length - told.length;
  return [
    `File${name}: a dump${of} ${FORMATS[file.format]}${layers}, written ${file.writtenAt}; ${formatBytes(file.bytes)}${content}; ${proof}; ${version}; sha256 ${marked(file.sha256)}`,
    ...told.map(table => `  ${plural(table.rows, 'row')} in ${marked(table.name)}`),
    ...(full && rest > 0 ? [`  and ${plural(rest, 'table')} more`] : []),
  ];
}

function becomes({ mode, database }: RestorePlan): string {
  return mode === 'swap'
    ? `Restores beside ${marked(database)}, compares, then swaps the two by renaming them`
    : `Restores into the new database ${marked(database)}; nothing is replaced`;
}

function replaced({ name, owner, bytes, tables, sessions }: NonNullable<RestorePlan['replaces']>): string {
  const size = bytes === null ? 'of unknown size' : formatBytes(bytes);
  const inside = tables === null ? '' : `, ${plural(tables, 'table')}`;
  const connected = sessions.reduce((sum, { count }) => sum + count, 0);
  return `Replaces ${marked(name)} (${size}${inside}, owner ${marked(owner)}, ${plural(connected, 'session')}); it is kept under another name until you drop it`;
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
    ...(plan.terminateSessions ? ['sessions are ended at the swap'] : []),
    ...(plan.postRestoreSql === null ? [] : ['then your SQL runs in it']),
    ...(plan.postRestoreCommand === null
      ? []
      : [`then your command runs${full ? `: ${marked(plan.postRestoreCommand, 300)}` : ''}`]),
  ];
  return flags.length === 0 ? [] : [`Also: ${flags.join('; ')}`];
}

/** As `--json` prints it: keys may be added, none are renamed or removed. `hash` stands at the top level. */
export function planToJson(plan: RestorePlan): Readonly<Record<string, unknown>> {
  const told = ({ code, summary, hint }: Problem | Warning) => ({
    code,
    summary: oneLine(summary),
    hint: oneLine(hint),
  });
  return {
    ...plan,
    backup: plan.backup && { ...plan.backup, stamp: formatInstant(plan.backup.stamp) },
    expected: plan.expected && {
      ...plan.expected,
      testedAt: formatInstant(plan.expected.testedAt),
    },
    notes: plan.notes.map(told),
    problems: plan.problems.map(told),
    plannedAt: formatInstant(plan.plannedAt),
  };
}
