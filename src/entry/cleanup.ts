// The `post` step: does what a kill kept main from doing. Where main came to its end only an upload or a server that it
// could not get rid of is tried once more.
import * as core from '@actions/core';
import { readDestination } from '../inputs/destination.ts';
import { InputReader } from '../inputs/raw-inputs.ts';
import { BACKUP_INPUTS } from '../inputs/specs/backup.ts';
import { clearTraces } from '../postgres/throw-away-folder.ts';
import { Problem } from '../problems/problem.ts';
import { internal } from '../problems/run.ts';
import { problemLines } from '../reports/log-lines.ts';
import type { ObjectStore } from '../storage/port.ts';
import { readInputs } from './action.ts';
import { hideSecrets } from './hide-secrets.ts';
import { Lines } from './lines.ts';
import { readRunFacts, settleDetail } from './run-facts.ts';
import { savedState } from './state.ts';
import { removeWorkFolder } from './work-folder.ts';
import { openStore } from './world.ts';

/** The runner waits for `post`, but nobody waits gladly. */
const LIMIT_MS = 60_000;

/** Resolves with the exit status: what is left behind is told, and never turns a job red by itself. */
export async function runCleanup(): Promise<number> {
  const { folder, upload, server, finished } = savedState();
  // First: it holds the restored data, and something in it may still run.
  if (server !== '') await throwAway(server);
  if (folder !== '' && !finished) await removeWorkFolder(folder);
  if (upload === '') return 0;
  await dropUpload(upload);
  return 0;
}

async function throwAway(server: string): Promise<void> {
  try {
    await clearTraces(server);
    core.info('Threw the server of the restore test away, which the run that was cut short left.');
  } catch (error) {
    core.warning(new Lines().clean(problemLines(asProblem(error), 'full').join('\n')));
  }
}

async function dropUpload(upload: string): Promise<void> {
  const raw = readInputs(BACKUP_INPUTS);
  const inputs = new InputReader(raw, BACKUP_INPUTS);
  const destination = readDestination(inputs);
  if (!destination) return;
  const lines = new Lines();
  hideSecrets(raw, BACKUP_INPUTS, process.env, lines);
  const detail = settleDetail(
    inputs.choice('detail', ['auto', 'full', 'minimal']),
    readRunFacts(process.env),
  );
  let store: ObjectStore | undefined;
  try {
    const mask = (values: readonly string[]) => values.forEach(core.setSecret);
    store = openStore(destination, { environment: process.env, lines, mask });
    await store.abandon(upload, AbortSignal.timeout(LIMIT_MS));
    core.info('Dropped the unfinished upload of the run that was cut short.');
  } catch (error) {
    core.warning(lines.clean(problemLines(asProblem(error), detail).join('\n')));
  } finally {
    store?.close();
  }
}

function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : internal(error);
}
