// Made-up databases for the status page: years of nights with gaps, a failed test, a prune plan.
import type { BackupLine } from '../../src/reports/outcome.ts';
import type { PageName, StatusPage } from '../../src/reports/status-page/data.ts';

const DAY = 86_400_000;
export const PAGE_NOW = Date.parse('2026-11-21T12:00:00Z');

/** One backup a day, the last one `DAY / 3` ago; the same for the same `days`. */
export function pageName(name: string, days: number, wishes: Partial<PageName> = {}): PageName {
  const backups = Array.from({ length: days }, (_, at) => backupOf(days - at, days)).filter(
    (_, at) => at % 37 !== 5,
  );
  const good = backups.filter(({ notCounted }) => notCounted === undefined);
  const tests = Array.from({ length: Math.min(12, Math.floor(days / 30)) }, (_, at) => ({
    at: PAGE_NOW - (360 - at * 30) * DAY,
    result: at === 3 ? ('failed' as const) : ('passed' as const),
    recovery: at === 3 ? null : 200 + at * 9,
  }));
  const tiers = [...Map.groupBy(backups, ({ tier }) => tier)].map(([tier, own]) => ({
    tier,
    count: own.length,
    bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    newest: own.at(-1)?.stamp ?? null,
    due: tier === 'pre-migration' ? null : PAGE_NOW + DAY / 2,
  }));
  const decide = (line: BackupLine) => ({ ...line, reasons: ['daily: older than 30d'] });
  const prune = {
    keep: backups.slice(4).map(decide),
    delete: backups.slice(0, 4).map(decide),
    anchor: good.at(-1)?.id ?? null,
    stopped: null,
    notices: [],
  };
  const latest = good.at(-1) ?? null;
  return { name, state: 'good', findings: [], latest, tiers, backups, tests, prune, ...wishes };
}

export function statusPage(names: readonly PageName[], wishes: Partial<StatusPage> = {}): StatusPage {
  return {
    state: 'good',
    place: 's3://my-bucket/pg',
    now: PAGE_NOW,
    timezone: 'Europe/Vienna',
    tool: 'pg-backup-action 0.1.0',
    runUrl: 'https://github.com/org/repository/actions/runs/1',
    price: { amount: 0.023, currency: 'USD' },
    findings: [],
    names,
    ...wishes,
  };
}

function backupOf(age: number, days: number): BackupLine {
  const stamp = PAGE_NOW - age * DAY + (DAY * 2) / 3;
  const date = new Date(stamp);
  const first = date.getUTCDate() === 1;
  const calendar = first ? (date.getUTCMonth() === 0 ? 'yearly' : 'monthly') : 'daily';
  const weekly = calendar === 'daily' && date.getUTCDay() === 0;
  return {
    id: (age * 7_919 + 36 ** 7).toString(36).slice(0, 8),
    tier: age % 50 === 7 ? 'pre-migration' : weekly ? 'weekly' : calendar,
    stamp,
    bytes: Math.round(8e8 + (days - age) * 3e6 + Math.sin(age / 9) * 4e7),
    rows: 12_345_678 + (days - age) * 100,
    tables: 48,
    level: age % 30 === 0 ? 'restored' : 'stored',
    key: 'key',
    restoreTested: age % 30 === 0,
    held: age === 5,
    ...(age % 61 === 9 && { notCounted: 'its archive is missing' }),
  };
}
