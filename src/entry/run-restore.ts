// One restore from raw inputs to what became of it, the same for the runner and a terminal: secrets are hidden before
// anything is believed, every input problem is shown at once, and whatever happens the work folder goes.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { restore } from '../commands/restore/restore.ts';
import type { RestoreWorld } from '../commands/restore/world.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import { type RestoreInputs, readRestoreInputs } from '../inputs/restore-config.ts';
import { RESTORE_INPUTS } from '../inputs/specs/restore.ts';
import { openClients } from '../postgres/client/clients.ts';
import { openTargetServer } from '../postgres/target.ts';
import { secretsNotMasked } from '../problems/keys.ts';
import { Problem, Problems, throwAll, type Warning } from '../problems/problem.ts';
import { sqlHoldsCommand, sqlUnreadable } from '../problems/restore.ts';
import { internal } from '../problems/run.ts';
import { lexSql } from '../proof/sql-lexer.ts';
import type { Log } from '../reports/log.ts';
import type { Message } from '../reports/message.ts';
import type { RestoreOutcome } from '../reports/restore-outcome.ts';
import { renderRestoreSlack } from '../reports/restore-summary.ts';
import { clientsSetting } from './clients-setting.ts';
import { openDisk } from './disk.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { Interruption } from './interruption.ts';
import { type Keys, readKeys } from './keys.ts';
import type { Lines } from './lines.ts';
import { type RunFacts, settleDetail } from './run-facts.ts';
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts';
import { openingWorld } from './world.ts';

/** What differs between the runner and a terminal. */
export interface RestoreHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly run: RunFacts;
  readonly lines: Lines;
  readonly log: Log;
  mask(values: readonly string[]): void;
  /** The work folder, for the clean-up after a kill. */
  folderMade(folder: string): void;
  readonly ask: RestoreWorld['ask'];
  readonly again: RestoreWorld['again'];
}

/** More workers than this gain nothing on one server that others use as well. */
const MOST_JOBS = 8;

export async function runRestore(
  raw: RawInputs,
  host: RestoreHost,
  interruption: Interruption,
): Promise<RestoreOutcome> {
  const { mask, tooCommon } = hideSecrets(raw, RESTORE_INPUTS, host.environment, host.lines);
  host.mask(mask);
  const inputs = readRestoreInputs(raw, host.environment, host.run.event);
  const keys = readKeys(inputs.keyTexts);
  const detail = settleDetail(inputs.detail, host.run);
  host.lines.detail = detail;
  const warnings = [
    ...inputs.config.connection.warnings,
    ...(tooCommon.length > 0 ? [secretsNotMasked(tooCommon)] : []),
  ];
  const outcome = await attempt(inputs, keys, host, interruption, { detail, warnings });
  const notices = await notify(keys, outcome, host);
  return { ...outcome, warnings: [...outcome.warnings, ...notices] };
}

async function attempt(
  { config, destination, problems }: RestoreInputs,
  keys: Keys,
  host: RestoreHost,
  interruption: Interruption,
  shown: { readonly detail: 'full' | 'minimal'; readonly warnings: readonly Warning[] },
): Promise<RestoreOutcome> {
  const startedAt = Date.now();
  let folder: string | undefined;
  try {
    const sql = readSql(config.postRestoreSql);
    throwAll([...problems, ...keys.problems, ...(sql instanceof Problem ? [sql] : [])]);
    if (!destination || sql instanceof Problem)
      throw new Error('the inputs have no problem and no destination');
    interruption.limit(config.timeoutMs);
    folder = await makeWorkFolder(host.environment);
    host.folderMade(folder);
    const world: RestoreWorld = {
      ...openingWorld(destination, { ...host, keys }),
      target: openTargetServer({
        connection: config.connection,
        clients: openClients(clientsSetting({ ...config, compression: 'none' }, { ...host, folder })),
        folder,
        own: host.environment,
      }),
      disk: openDisk(folder),
      random: randomBytes,
      ask: host.ask,
      again: host.again,
      runUrl: host.run.url,
    };
    const jobs = config.jobs ?? Math.min(MOST_JOBS, Math.max(2, availableParallelism()));
    try {
      return await restore(world, { ...config, ...shown, jobs, postRestoreSql: sql }, interruption.signal);
    } finally {
      world.store.close();
    }
  } catch (error) {
    return unstarted(error, startedAt, host.run, shown);
  } finally {
    if (folder !== undefined) await removeWorkFolder(folder);
  }
}

/** Read before anything begins: what is confirmed is this text, whatever becomes of the file. */
function readSql(path: string | undefined): string | undefined | Problem {
  if (path === undefined) return undefined;
  try {
    const sql = readFileSync(path, 'utf8');
    const { backslashLine } = lexSql(sql);
    return backslashLine === undefined ? sql : sqlHoldsCommand('post-restore-sql', backslashLine);
  } catch (error) {
    return sqlUnreadable('post-restore-sql', error instanceof Error ? error.message : String(error));
  }
}

function unstarted(
  error: unknown,
  startedAt: number,
  run: RunFacts,
  shown: { readonly detail: 'full' | 'minimal'; readonly warnings: readonly Warning[] },
): RestoreOutcome {
  const problems =
    error instanceof Problems ? error.all : [error instanceof Problem ? error : internal(error)];
  return {
    command: 'restore',
    result: 'failed',
    place: '',
    startedAt,
    durationSeconds: (Date.now() - startedAt) / 1000,
    plan: null,
    restored: null,
    problems,
    stages: [],
    runUrl: run.url,
    ...shown,
  };
}

/** A restore is always worth a message, a plan is not. */
async function notify(keys: Keys, outcome: RestoreOutcome, { log, lines }: RestoreHost): Promise<Warning[]> {
  const warnings: Warning[] = [];
  if (outcome.result === 'planned') return warnings;
  const message = JSON.parse(lines.redact(JSON.stringify(renderRestoreSlack(outcome)))) as Message;
  for (const notifier of keys.notifiers) {
    const warning = await notifier.notify(message);
    if (!warning) continue;
    log.warn(warning);
    warnings.push(warning);
  }
  return warnings;
}
