// `npm test`: gets the real servers that the tests need, runs vitest, and closes with what was skipped for want of
// a part and one line of totals, which CI and other tools read. Arguments go to vitest (file filters, -t, ...).
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MISSING_PARTS_VARIABLE, SKIP_LOG_VARIABLE } from '../test/parts/availability-channel.ts';
import { type MissingParts, PART_NAMES, prepareParts } from '../test/parts/catalogue.ts';
import { checkout, PARTS_FOLDER_VARIABLE, partsFolder } from '../test/parts/folder.ts';
import { readSkips, readTotals } from './test-report.ts';

/** Unit tests, the pure majority, need no part: a run of theirs alone starts at once. */
function needsParts(args: string[]): boolean {
  const filters = args.filter(arg => !arg.startsWith('-'));
  return filters.length === 0 || !filters.every(filter => filter.startsWith('test/unit'));
}

/** A worker stuck in a loop can't be ended by a test's own timeout; the suite takes a third of this. */
const DEADLINE_MINUTES = 17;

/** Resolves with vitest's exit status. */
function runVitest(args: string[], work: string, missing: MissingParts): Promise<number> {
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(work, 'report.json')}`];
  const env = {
    ...process.env,
    TMPDIR: work,
    [PARTS_FOLDER_VARIABLE]: partsFolder,
    [SKIP_LOG_VARIABLE]: join(work, 'skips'),
    [MISSING_PARTS_VARIABLE]: JSON.stringify(missing),
  };
  const vitest = join(checkout, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', ...report, ...args], {
    cwd: checkout,
    env,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const deadline = setTimeout(() => {
    console.error(
      `vitest did not end in ${DEADLINE_MINUTES} minutes; a file without a line above is the stuck one.`,
    );
    child.kill('SIGKILL');
  }, DEADLINE_MINUTES * 60_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => {
      clearTimeout(deadline);
      resolve(status ?? 1);
    });
  });
}

// Servers of another user read what the parts and the tests write, whatever the user at work keeps to himself.
process.umask(0o022);
const args = process.argv.slice(2);
const missing = needsParts(args) ? await prepareParts(PART_NAMES, line => console.log(line)) : {};
/** Everything that a test leaves goes with it; servers of another user must get through. */
const work = mkdtempSync(join(tmpdir(), 'pg-backup-test-'));
chmodSync(work, 0o711);
try {
  const status = await runVitest(args, work, missing);
  for (const line of readSkips(join(work, 'skips'))) console.log(line);
  const totals = readTotals(join(work, 'report.json'));
  process.exitCode = status !== 0 || totals.failed > 0 || totals.passed === 0 ? 1 : 0;
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
