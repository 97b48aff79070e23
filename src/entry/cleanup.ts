// The `post` step: does what a kill kept main from doing. Where main came to its end only an upload that it could not
// drop is tried once more.
import * as core from '@actions/core';
import { readDestination } from '../inputs/destination.ts';
import { InputReader } from '../inputs/raw-inputs.ts';
import { BACKUP_INPUTS } from '../inputs/spec.ts';
import { readInputs } from './action.ts';
import { Lines } from './lines.ts';
import { savedState } from './state.ts';
import { removeWorkFolder } from './work-folder.ts';
import { openStore } from './world.ts';

/** The runner waits for `post`, but nobody waits gladly. */
const LIMIT_MS = 60_000;

/** Resolves with the exit status: what is left behind is told, and never turns a job red by itself. */
export async function runCleanup(): Promise<number> {
  const { folder, upload, finished } = savedState();
  if (folder !== '' && !finished) await removeWorkFolder(folder);
  if (upload === '') return 0;
  const destination = readDestination(new InputReader(readInputs(BACKUP_INPUTS), BACKUP_INPUTS));
  if (!destination) return 0;
  const store = openStore(destination);
  try {
    await store.abandon(upload, AbortSignal.timeout(LIMIT_MS));
    core.info('Dropped the unfinished upload of the run that was cut short.');
  } catch (error) {
    core.warning(new Lines().clean(error instanceof Error ? error.message : String(error)));
  } finally {
    store.close();
  }
  return 0;
}
