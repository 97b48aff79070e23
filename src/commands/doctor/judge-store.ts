// Judges what was asked of the store: can backups be written there, seen, kept and brought back. Pure.
import type { Instant } from '../../backups/instant.ts';
import { backupsInDoubt } from '../../problems/doctor.ts';
import { plural } from '../../reports/plain-text.ts';
import { formatAge, formatBytes, formatDuration } from '../../reports/quantities.ts';
import type { NameStatus } from '../../reports/status.ts';
import type { StoreFacts } from './examine-store.ts';
import { type Finding, findingsOf } from './finding.ts';
import { judgeBucket } from './judge-bucket.ts';
import { judgeProbe } from './judge-probe.ts';
import type { Answer } from './world.ts';

const store = findingsOf('store');
const backups = findingsOf('backups');

export interface StoreContext {
  readonly place: string;
  /** null: not known. */
  readonly databaseBytes: number | null;
  /** `retention` is set, and this job prunes by it. */
  readonly prunes: boolean;
}

export function judgeStore(facts: StoreFacts, context: StoreContext): readonly Finding[] {
  return [
    ...judgeAccess(facts, context),
    ...judgeSpace(facts, context),
    ...(facts.bucket === null && facts.oldUploads === null ? [] : judgeBucket(facts)),
    ...('ok' in facts.holds ? judgeProbe(facts.probed, context) : []),
  ];
}

function judgeAccess({ clocks, holds }: StoreFacts, { place }: StoreContext): Finding[] {
  const told = new Set<string>();
  const access =
    'ok' in holds
      ? [store.good('access', `${place} answers, and may be listed and read.`)]
      : holds.not.map(problem => {
          told.add(problem.message);
          return store.wrong('access', problem);
        });
  if ('not' in clocks) {
    const others = clocks.not.filter(({ message }) => !told.has(message));
    return [...access, ...others.map(problem => store.wrong('clock', problem))];
  }
  const apart = Math.round((clocks.ok.latest - clocks.ok.earliest) / 1000);
  const words =
    apart < 2
      ? "This machine's clock and the store's agree."
      : `This machine's clock and the store's are ${formatDuration(apart)} apart.`;
  return [...access, store.good('clock', words)];
}

function judgeSpace({ space }: StoreFacts, { databaseBytes }: StoreContext): Finding[] {
  if (!space) return [];
  const words = `${formatBytes(space.free)} of ${formatBytes(space.total)} are free on the disk below the folder`;
  if (databaseBytes === null || space.free > databaseBytes) return [store.good('space', `${words}.`)];
  return [
    store.advice(
      'space',
      `${words}; the database takes ${formatBytes(databaseBytes)} on its server.`,
      'Backups are smaller than that, but there will not be room for many: make some.',
    ),
  ];
}

/** What lies there of this name already. */
export function judgeBackups(holds: Answer<NameStatus | null>, now: Instant): readonly Finding[] {
  if ('not' in holds) return [];
  if (holds.ok === null)
    return [
      backups.advice(
        'newest',
        'Whose backups to look at is not known without the database.',
        'Mend what is wrong with the database, or give `name`.',
      ),
    ];
  const { latest, why, alarms, good, lastPassed, tiers, name } = holds.ok;
  if (tiers.every(({ count }) => count === 0) && alarms.length === 0)
    return [
      backups.good('newest', `There is none of ${JSON.stringify(name)} yet: the next backup is the first.`),
    ];
  const doubts = alarms.map(alarm =>
    alarm.loud ? backups.wrong('alarms', backupsInDoubt(alarm)) : backups.warned('alarms', alarm),
  );
  if (latest === null) {
    const told = alarms.some(({ code }) => code === why?.code);
    return why && !told ? [backups.wrong('newest', backupsInDoubt(why)), ...doubts] : doubts;
  }
  return [
    backups.good(
      'newest',
      `The newest good one is ${latest.id}, taken ${formatAge(latest.stamp, now)} and proven to \`${latest.level}\`; ${plural(good, 'good backup')} in all.`,
    ),
    ...doubts,
    lastPassed
      ? backups.good('restore-test', `A restore test passed ${formatAge(lastPassed.at, now)}.`)
      : backups.advice(
          'restore-test',
          'No restore test has passed yet.',
          'Let the restore-test action run once a month: only then is it known that they come back, and how long that takes.',
        ),
  ];
}
