// What `pg-backup verify` prints: one line a check, then the verdict.
import type { Instant } from '../backups/instant.ts';
import { backupToJson } from './list-json.ts';
import { problemToJson, warningToJson } from './outcome-json.ts';
import { marked, oneLine } from './plain-text.ts';
import { formatAge, formatDuration, formatMoment } from './quantities.ts';
import type { VerifyOutcome } from './verify-outcome.ts';

const VERDICT: Readonly<Record<VerifyOutcome['result'], string>> = {
  good: 'Good',
  failed: 'FAILED',
  unproven: 'Unproven',
};

export function renderVerify(outcome: VerifyOutcome, now: Instant): string {
  const { backup, checks, name, result, durationSeconds } = outcome;
  const lines = checks.map(
    ({ check, result: how, words }) => `  ${check.padEnd(10)} ${how.padEnd(8)} ${oneLine(words, 400)}`,
  );
  const taken = `taken ${formatMoment(backup.stamp)} (${formatAge(backup.stamp, now)})`;
  const end = `${VERDICT[result]}: ${sentence(outcome)}, after ${formatDuration(durationSeconds)}.`;
  return `Backup ${backup.id} of ${marked(name)}, ${backup.tier}, ${taken}\n\n${lines.join('\n')}\n\n${end}\n`;
}

function sentence({ result }: VerifyOutcome): string {
  if (result === 'good')
    return 'every byte is as it was stored, and the archive decodes to what its proof says';
  return result === 'failed'
    ? 'this backup is not what it should be'
    : 'nothing is wrong so far, but the contents were not looked at';
}

/** Keys may be added, none are renamed or removed. */
export function verifyToJson(outcome: VerifyOutcome) {
  const { backup, problems, warnings, ...rest } = outcome;
  return {
    ...rest,
    backup: backupToJson(backup),
    problems: problems.map(problemToJson),
    warnings: warnings.map(warningToJson),
  };
}
