// One restore test from raw inputs to what became of it, the same for the runner and a terminal: secrets are hidden
// before anything is believed, every input problem is shown at once, and whatever happens the work folder goes.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { restoreTest } from '../commands/restore-test/restore-test.ts';
import type { RestoreTestWorld } from '../commands/restore-test/world.ts';
import type { Destination } from '../inputs/destination.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import {
  type RestoreTestConfig,
  type RestoreTestInputs,
  readRestoreTestInputs,
} from '../inputs/restore-test-config.ts';
import { RESTORE_TEST_INPUTS } from '../inputs/specs/restore-test.ts';
import type { Connection } from '../postgres/child-environment.ts';
import { openClients } from '../postgres/client/clients.ts';
import { openTargetServer } from '../postgres/target.ts';
import { throwAwayServers } from '../postgres/throw-away-server.ts';
import { secretsNotMasked } from '../problems/keys.ts';
import { Problem, Problems, throwAll, type Warning } from '../problems/problem.ts';
import { assertionsUnusable } from '../problems/restore-test.ts';
import { internal } from '../problems/run.ts';
import { lexSql } from '../proof/sql-lexer.ts';
import type { Log } from '../reports/log.ts';
import type { Message } from '../reports/message.ts';
import type { RestoreTestOutcome } from '../reports/restore-test-outcome.ts';
import { renderRestoreTestSlack } from '../reports/restore-test-summary.ts';
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
export interface RestoreTestHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly run: RunFacts;
  readonly lines: Lines;
  readonly log: Log;
  mask(values: readonly string[]): void;
  /** The work folder, for the clean-up after a kill. */
  folderMade(folder: string): void;
}

interface Shown {
  readonly detail: 'full' | 'minimal';
  readonly warnings: readonly Warning[];
}

/** Nobody else uses the server, but each worker wants memory. */
const MOST_JOBS = 8;
const NOWHERE: Connection = { environment: {}, keywords: {}, password: undefined };

export async function runRestoreTest(
  raw: RawInputs,
  host: RestoreTestHost,
  interruption: Interruption,
): Promise<RestoreTestOutcome> {
  const { mask, tooCommon } = hideSecrets(raw, RESTORE_TEST_INPUTS, host.environment, host.lines);
  host.mask(mask);
  const inputs = readRestoreTestInputs(raw, host.run.event);
  const keys = readKeys(inputs.keyTexts);
  const detail = settleDetail(inputs.detail, host.run);
  host.lines.detail = detail;
  const warnings = [
    ...(inputs.config.target?.warnings ?? []),
    ...(tooCommon.length > 0 ? [secretsNotMasked(tooCommon)] : []),
  ];
  const outcome = await attempt(inputs, keys, host, interruption, { detail, warnings });
  const notices = await notify(keys, outcome, host);
  return { ...outcome, warnings: [...outcome.warnings, ...notices] };
}

async function attempt(
  { config, destination, problems }: RestoreTestInputs,
  keys: Keys,
  host: RestoreTestHost,
  interruption: Interruption,
  shown: Shown,
): Promise<RestoreTestOutcome> {
  const startedAt = Date.now();
  let folder: string | undefined;
  try {
    const assertions = readAssertions(config.assertions);
    throwAll([...problems, ...keys.problems, ...(assertions instanceof Problem ? [assertions] : [])]);
    if (!destination || assertions instanceof Problem)
      throw new Error('the inputs have no problem and no destination');
    interruption.limit(config.timeoutMs);
    folder = await makeWorkFolder(host.environment);
    host.folderMade(folder);
    const world = makeWorld(config, destination, keys, host, folder);
    const jobs = config.jobs ?? Math.min(MOST_JOBS, Math.max(2, availableParallelism()));
    try {
      return await restoreTest(world, { ...config, ...shown, jobs, assertions }, interruption.signal);
    } finally {
      world.store.close();
    }
  } catch (error) {
    return unstarted(error, startedAt, host.run, shown);
  } finally {
    if (folder !== undefined) await removeWorkFolder(folder);
  }
}

function makeWorld(
  config: RestoreTestConfig,
  destination: Destination,
  keys: Keys,
  host: RestoreTestHost,
  folder: string,
): RestoreTestWorld {
  const { target } = config;
  const clients = openClients(clientsSetting({ ...config, compression: 'none' }, { ...host, folder }));
  const open = (connection: Connection) =>
    openTargetServer({ connection, clients, folder, own: host.environment });
  return {
    ...openingWorld(destination, { ...host, keys }),
    signer: keys.signer,
    disk: openDisk(folder),
    random: randomBytes,
    archives: open(NOWHERE),
    service: target ? open(target) : null,
    servers: throwAwayServers(clients),
    openTarget: server => open(server.connection),
    run: { url: host.run.url, tool: host.run.tool },
  };
}

/** Its statements, none where no file is named. */
function readAssertions(path: string | undefined): readonly string[] | Problem {
  if (path === undefined) return [];
  try {
    const { texts, backslashLine } = lexSql(readFileSync(path, 'utf8'));
    if (backslashLine !== undefined) return assertionsUnusable(`line ${backslashLine} holds a psql command`);
    return texts.length > 0 ? texts : assertionsUnusable('it holds no statement');
  } catch (error) {
    return assertionsUnusable(error instanceof Error ? error.message : String(error));
  }
}

function unstarted(error: unknown, startedAt: number, run: RunFacts, shown: Shown): RestoreTestOutcome {
  const problems =
    error instanceof Problems ? error.all : [error instanceof Problem ? error : internal(error)];
  return {
    command: 'restore-test',
    result: 'failed',
    verdict: null,
    name: '',
    place: '',
    startedAt,
    durationSeconds: (Date.now() - startedAt) / 1000,
    backup: null,
    server: null,
    times: { obtain: null, restore: null, firstQuery: null, recovery: null, bytesPerSecond: null },
    compared: null,
    evidenceKey: null,
    earlier: [],
    problems,
    stages: [],
    runUrl: run.url,
    ...shown,
  };
}

async function notify(
  keys: Keys,
  outcome: RestoreTestOutcome,
  { log, lines }: RestoreTestHost,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const message = JSON.parse(lines.redact(JSON.stringify(renderRestoreTestSlack(outcome)))) as Message;
  for (const notifier of keys.notifiers) {
    const warning = await notifier.notify(message);
    if (!warning) continue;
    log.warn(warning);
    warnings.push(warning);
  }
  return warnings;
}
