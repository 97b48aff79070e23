// One backup from raw inputs to what became of it, the same for the runner and a terminal: secrets are hidden before
// anything is believed, every input problem is shown at once, and whatever happens the work folder goes.
import { type BackupResult, backup } from '../commands/backup/backup.ts';
import type { Journal } from '../commands/world.ts';
import { type BackupInputs, readBackupInputs } from '../inputs/backup-config.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import { BACKUP_INPUTS } from '../inputs/specs/backup.ts';
import { secretsNotMasked } from '../problems/keys.ts';
import { Problem, Problems, throwAll, type Warning } from '../problems/problem.ts';
import { internal } from '../problems/run.ts';
import type { Log } from '../reports/log.ts';
import type { Message } from '../reports/message.ts';
import type { BackupOutcome } from '../reports/outcome.ts';
import { renderSlackMessage } from '../reports/slack-message.ts';
import { shouldSendToSlack } from '../reports/slack-on.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { Interruption } from './interruption.ts';
import { type Keys, readKeys } from './keys.ts';
import type { Lines } from './lines.ts';
import { type RunFacts, settleDetail } from './run-facts.ts';
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts';
import { backupWorld } from './world.ts';

/** What differs between the runner and a terminal. */
export interface Host {
  readonly environment: NodeJS.ProcessEnv;
  readonly run: RunFacts;
  readonly lines: Lines;
  readonly log: Log;
  readonly journal: Journal;
  /** Values that the runner itself shall mask. */
  mask(values: readonly string[]): void;
  /** The work folder, for the clean-up after a kill. */
  folderMade(folder: string): void;
}

export interface BackupRun extends BackupResult {
  readonly reportArtifact: boolean;
}

export async function runBackup(raw: RawInputs, host: Host, interruption: Interruption): Promise<BackupRun> {
  const { mask, tooCommon } = hideSecrets(raw, BACKUP_INPUTS, host.environment, host.lines);
  host.mask(mask);
  const inputs = readBackupInputs(raw, host.environment, host.run.event);
  const keys = readKeys(inputs.keys);
  const detail = settleDetail(inputs.detail, host.run);
  host.lines.detail = detail;
  const warnings = [
    ...(inputs.config?.warnings ?? []),
    ...(tooCommon.length > 0 ? [secretsNotMasked(tooCommon)] : []),
  ];
  const { outcome, documents } = await attempt(inputs, keys, host, interruption, { detail, warnings });
  const notices = await notify(keys, inputs, outcome, host);
  return {
    outcome: { ...outcome, warnings: [...outcome.warnings, ...notices] },
    documents: detail === 'full' ? documents : [],
    reportArtifact: inputs.config?.reportArtifact ?? false,
  };
}

async function attempt(
  { config, problems }: BackupInputs,
  keys: Keys,
  host: Host,
  interruption: Interruption,
  shown: { readonly detail: 'full' | 'minimal'; readonly warnings: readonly Warning[] },
): Promise<BackupResult> {
  const startedAt = Date.now();
  let folder: string | undefined;
  try {
    throwAll([...problems, ...keys.problems]);
    if (!config) throw new Error('the inputs have no problem and no config');
    interruption.limit(config.timeoutMs);
    folder = await makeWorkFolder(host.environment);
    host.folderMade(folder);
    const world = backupWorld(config, { ...host, keys, folder });
    try {
      return await backup(world, { ...config, ...shown }, interruption.signal);
    } finally {
      world.store.close();
    }
  } catch (error) {
    return { outcome: unstarted(error, startedAt, host.run, shown), documents: [] };
  } finally {
    if (folder !== undefined) await removeWorkFolder(folder);
  }
}

/** An outcome of a run that never got as far as the command. */
function unstarted(
  error: unknown,
  startedAt: number,
  run: RunFacts,
  shown: { readonly detail: 'full' | 'minimal'; readonly warnings: readonly Warning[] },
): BackupOutcome {
  const problems =
    error instanceof Problems ? error.all : [error instanceof Problem ? error : internal(error)];
  return {
    command: 'backup',
    result: 'failed',
    name: '',
    place: '',
    tier: null,
    tierReason: null,
    startedAt,
    durationSeconds: (Date.now() - startedAt) / 1000,
    source: null,
    backup: null,
    problems,
    history: [],
    held: [],
    prune: null,
    stages: [],
    runUrl: run.url,
    ...shown,
  };
}

/** A notifier never changes the result: what went wrong with it is a warning. */
async function notify(
  keys: Keys,
  inputs: BackupInputs,
  outcome: BackupOutcome,
  { log, lines }: Host,
): Promise<Warning[]> {
  const when = inputs.config?.slackOn ?? 'always';
  const warnings: Warning[] = [];
  if (!shouldSendToSlack(when, outcome)) return warnings;
  for (const notifier of keys.notifiers) {
    const warning = await notifier.notify(redactMessage(renderSlackMessage(outcome), lines));
    if (!warning) continue;
    log.warn(warning);
    warnings.push(warning);
  }
  return warnings;
}

/** The tool lines in a failure may quote a secret; nothing leaves this machine without passing here. */
function redactMessage(message: Message, lines: Lines): Message {
  return JSON.parse(lines.redact(JSON.stringify(message))) as Message;
}
