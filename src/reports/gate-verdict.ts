// The one sentence that says how the gate decided, with its numbers, and the annotation made from it. It names no backup's
// name where detail is minimal: a pull request's page may be public.
import { type Annotation, annotationMessage } from './annotation.ts';
import type { FailReason, GateOutcome, JudgedBackup } from './gate-outcome.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatDuration } from './quantities.ts';

export function gateVerdict(outcome: GateOutcome): string {
  if (outcome.result === 'cancelled') return 'Gate: cancelled before it came to a verdict.';
  return outcome.verdict === 'pass' ? `Gate passed: ${passed(outcome)}.` : `Gate closed: ${failed(outcome)}.`;
}

export function gateAnnotation(outcome: GateOutcome): Annotation | undefined {
  const { result, verdict } = outcome;
  const loud = outcome.warnings.filter(warning => warning.loud);
  if (verdict === 'pass' && loud.length === 0) return undefined;
  return {
    level: result === 'failed' ? 'error' : 'warning',
    title: verdict === 'pass' ? 'Migration gate needs a look' : 'Migration gate closed',
    message: annotationMessage(gateVerdict(outcome), { ...outcome, warnings: loud }),
  };
}

function passed(outcome: GateOutcome): string {
  const { reason, backup, change, tested, startedAt } = outcome;
  if (reason === 'no-migration')
    return `none of the ${plural(change?.files ?? 0, 'changed file')} is a migration`;
  if (reason === 'fork')
    return 'the pull request comes from a fork, and `on-fork: pass` lets it through unseen';
  if (!backup) return 'a backup is there';
  const test = tested ? `; a restore test passed ${ago(startedAt - tested.at)}` : '';
  const what = `${subject(outcome)}, ${marked(backup.id)}, ${speaksFor(backup)}`;
  const limit = `${duration(outcome.rules?.maxAgeSeconds)} at most`;
  const taken = reason === 'backed-up' ? ', taken right here' : '';
  return `${what} (${limit})${taken}, and is proven to ${marked(backup.level)}${test}`;
}

function failed(outcome: GateOutcome): string {
  const { reason, backup, tested, rules, startedAt } = outcome;
  const of = outcome.detail === 'full' && outcome.name !== '' ? ` of ${marked(outcome.name)}` : '';
  const which = backup ? `${subject(outcome)}, ${marked(backup.id)},` : `no backup${of}`;
  switch (reason as FailReason) {
    case 'stale':
      return backup
        ? `${which} ${speaksFor(backup)}; ${duration(rules?.maxAgeSeconds)} is the most`
        : `${which} is fresh`;
    case 'none':
      return `there is no backup${of} that counts`;
    case 'unproven': {
      const within = rules?.restoredWithinSeconds ?? null;
      if (within === null) return `${which} has not passed a restore test`;
      const last = tested ? ` (the last one passed ${ago(startedAt - tested.at)})` : '';
      return `no restore test${of} stands that passed within ${duration(within)}${last}`;
    }
    case 'in-doubt':
      return `the newest backup${of} is in doubt, and an older one is not put in its place`;
    case 'identity-changed':
      return `the newest backup${of} is of another database than those before it`;
    case 'dump-running':
      return 'the database is being dumped at this moment, and a migration would wait for it';
    case 'fork':
      return 'the pull request changes migrations and comes from a fork, which gets no secrets to look at the backups with';
    case 'clock':
      return "this machine's clock and the store's are too far apart to tell an age";
    case 'error':
      return `it could not be found out whether there is a backup${of}${cause(outcome)}`;
  }
}

function cause({ problems: [first], detail }: GateOutcome): string {
  if (!first) return '';
  return `: ${detail === 'full' ? oneLine(first.summary, 600).replace(/\.$/, '') : first.code}`;
}

function subject({ name, detail }: GateOutcome): string {
  return detail === 'full' && name !== '' ? `the newest backup of ${marked(name)}` : 'the newest backup';
}

function speaksFor({ ageSeconds, standby }: JudgedBackup): string {
  if (ageSeconds === null) return 'is of an unknown age (a standby did not tell what it had replayed)';
  const where = standby ? ', by what its standby had replayed' : '';
  return `is ${duration(ageSeconds)} old${where}`;
}

function ago(milliseconds: number): string {
  return `${duration(milliseconds / 1000)} ago`;
}

function duration(seconds = 0): string {
  return formatDuration(seconds);
}
