// One run from raw inputs to what became of it, the same for every command, the runner and a terminal: secrets are hidden
// before anything is believed, every input problem is shown at once, and whatever happens the work folder goes.
import { readFileSync } from 'node:fs';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { Read } from '../inputs/read.ts';
import { secretsNotMasked } from '../problems/keys.ts';
import { Problem, Problems, throwAll } from '../problems/problem.ts';
import { internal } from '../problems/run.ts';
import type { RunOutcome } from '../reports/run-outcome.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { Interruption } from './interruption.ts';
import type { Host, Job, Workplace } from './job.ts';
import { readKeys } from './keys.ts';
import { settleDetail } from './run-facts.ts';
import { tellPeople } from './tell-people.ts';
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts';

/** Never throws: whatever happens is in the outcome. */
export async function runJob<Config, Outcome extends RunOutcome>(
  job: Job<Config, Outcome>,
  raw: RawInputs,
  host: Host,
  interruption: Interruption,
): Promise<Outcome> {
  const { mask, tooCommon } = hideSecrets(raw, job.specs, host.environment, host.lines);
  host.mask(mask);
  const read = job.read(raw, { environment: host.environment, event: host.run.event, readText });
  const keys = readKeys(read.keyTexts);
  const detail = settleDetail(read.detail, host.run);
  host.lines.detail = detail;
  const warnings = [...read.warnings, ...(tooCommon.length > 0 ? [secretsNotMasked(tooCommon)] : [])];
  const outcome = await attempt(job, read, { ...host, keys, shown: { detail, warnings } }, interruption);
  // Whoever asks for little everywhere gets little everywhere; `auto` is about who may read the log.
  const notice = job.notice(outcome, read.detail === 'minimal' ? 'minimal' : 'full');
  if (notice === null) return outcome;
  const telling = { notifiers: keys.notifiers, notifyOn: read.notifyOn, token: read.keyTexts.githubToken };
  const notices = await tellPeople(notice, telling, host);
  return { ...outcome, warnings: [...outcome.warnings, ...notices] };
}

async function attempt<Config, Outcome extends RunOutcome>(
  job: Job<Config, Outcome>,
  { config, problems, timeoutMs }: Read<Config>,
  setting: Omit<Workplace, 'folder'>,
  interruption: Interruption,
): Promise<Outcome> {
  const startedAt = Date.now();
  let folder: string | undefined;
  try {
    throwAll([...problems, ...setting.keys.problems]);
    if (config === undefined) throw new Error('the inputs have no problem and no config');
    if (timeoutMs !== undefined) interruption.limit(timeoutMs);
    folder = await makeWorkFolder(setting.environment);
    setting.folderMade(folder);
    return await job.run(config, { ...setting, folder }, interruption.signal);
  } catch (error) {
    return job.unstarted({
      result: 'failed',
      place: '',
      startedAt,
      durationSeconds: (Date.now() - startedAt) / 1000,
      problems: error instanceof Problems ? error.all : [error instanceof Problem ? error : internal(error)],
      stages: [],
      runUrl: setting.run.url,
      ...setting.shown,
    });
  } finally {
    if (folder !== undefined) await removeWorkFolder(folder);
  }
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
