// Judges whether a live database can be changed as its mode wants it: every reason why not, at once, each with its remedy;
// and what is worth knowing before it is confirmed. Pure.
import { printTableName, type TableName, tableKey } from '../../backups/table-name.ts';
import type { LiveContent } from '../../postgres/live-port.ts';
import type { DatabaseFacts } from '../../postgres/target-port.ts';
import type { Problem, Warning } from '../../problems/problem.ts';
import { preparedTransactions, sessionsWillEnd, writesLost } from '../../problems/restore.ts';
import * as problems from '../../problems/restore-modes.ts';
import { losesContent } from '../../reports/restore-plan.ts';
import type { Judged } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import { schemasBeside } from './touches.ts';

const HOW = {
  'in-place': 'is emptied and filled',
  'data-only': 'has these tables filled anew',
  tables: 'has these tables replaced',
} as const;

export interface ChangeJudged {
  readonly live: DatabaseFacts;
  readonly content: LiveContent;
  /** What is filled or made. */
  readonly wanted: readonly TableName[];
  /** `since`: when its contents were as they are in it, in words. */
  readonly source: { readonly id: string; readonly since: string; readonly encrypted: boolean };
  /** A safety backup could be read by nobody without a key. */
  readonly encrypts: boolean;
}

export function judgeChange(settings: RestoreSettings, judged: ChangeJudged): Judged {
  const { live, source, encrypts } = judged;
  const found: Problem[] = [...judgeFence(settings, live), ...judgeContent(settings, judged)];
  if (losesContent(settings) && live.preparedTransactions.length > 0)
    found.push(preparedTransactions(live.name, live.preparedTransactions));
  const notes: Warning[] = [];
  const sessions = live.sessions.reduce((sum, { count }) => sum + count, 0);
  const who = live.sessions.map(({ application, count }) => `${count} ${application}`).join(', ');
  if (sessions > 0 && settings.terminateSessions)
    notes.push(sessionsWillEnd(live.name, sessions, who, 'before the change'));
  if (settings.safetyBackup && source.encrypted && !encrypts) found.push(problems.safetyInTheClear());
  if (losesContent(settings)) {
    notes.push(
      writesLost(live.name, source.since, settings.safetyBackup ? 'backup' : 'nowhere'),
      problems.liveIsLocked(live.name, HOW[settings.mode as keyof typeof HOW]),
    );
  }
  return { problems: found, notes };
}

/** A fence holds only those off who connect after it. */
export function judgeFence(settings: RestoreSettings, live: DatabaseFacts): Problem[] {
  const sessions = live.sessions.reduce((sum, { count }) => sum + count, 0);
  return settings.fence && !settings.terminateSessions && sessions > 0
    ? [problems.fenceNeedsNobody(live.name, sessions)]
    : [];
}

function judgeContent(settings: RestoreSettings, { live, content, wanted, source }: ChangeJudged): Problem[] {
  switch (settings.mode) {
    case 'in-place':
      return [
        ...others(
          live.name,
          content.objects.filter(({ mayDrop, mayStay }) => !mayDrop && !mayStay),
        ),
        ...(live.subscriptions.length > 0
          ? [problems.subscriptionsInTheWay(live.name, live.subscriptions)]
          : []),
      ];
    case 'data-only': {
      const there = new Set(content.tables.map(tableKey));
      const missing = wanted.filter(table => !there.has(tableKey(table))).map(printTableName);
      return [
        ...(missing.length > 0 ? [problems.tablesNotInTarget(missing)] : []),
        ...others(
          live.name,
          content.tables.filter(({ mayAlter }) => !mayAlter),
        ),
      ];
    }
    case 'tables': {
      if (!settings.replaceTables) {
        const schemas = [...schemasBeside(wanted, source.id).values()];
        return schemas.filter(name => content.schemas.includes(name)).map(problems.schemaBesideExists);
      }
      return [
        ...others(
          live.name,
          content.tables.filter(({ mayAlter }) => !mayAlter),
        ),
        ...content.tables
          .filter(({ dependents }) => dependents.length > 0)
          .map(({ name, dependents }) => problems.dependentsInTheWay(name, dependents)),
      ];
    }
    default:
      return [];
  }
}

function others(database: string, objects: readonly { readonly name: string }[]): Problem[] {
  return objects.length === 0
    ? []
    : [
        problems.objectsOfOthers(
          database,
          objects.map(({ name }) => name),
        ),
      ];
}
