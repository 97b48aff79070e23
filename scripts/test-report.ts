// What vitest's JSON report and the log of skips come to, for the closing lines of `npm test`.
import { existsSync, readFileSync } from 'node:fs';
import type { SkipRecord } from '../test/parts/availability-channel.ts';

export interface TestTotals {
  passed: number;
  failed: number;
  skipped: number;
}

interface TestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** The totals of the report at `path`; a run that left none, being killed, counts as one failure. A file that failed outside its tests (it didn't load, a hook threw) counts as one failure. */
export function readTotals(path: string): TestTotals {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const report: TestReport = JSON.parse(readFileSync(path, 'utf8'));
  const brokenFiles = report.testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** One line for each missing part with the files that went without it, under a heading; none when nothing was skipped. */
export function readSkips(log: string): string[] {
  if (!existsSync(log)) return [];
  const records: SkipRecord[] = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  const filesByReason = new Map<string, Set<string>>();
  for (const { reason, file } of records) {
    filesByReason.set(reason, (filesByReason.get(reason) ?? new Set()).add(file));
  }
  return [
    'Skipped for want of a part (in CI this is a failure):',
    ...[...filesByReason].map(([reason, files]) => `  ${reason} (${[...files].join(', ')})`),
  ];
}
