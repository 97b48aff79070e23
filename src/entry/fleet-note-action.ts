// Where the runner starts the note of one database in a fleet. A note that can't be stored is a warning: the backup is what
// it is, and the summary will miss the note and say so.
import * as core from '@actions/core';
import { readJson, SMALL_DOCUMENT } from '../backups/read-json.ts';
import { FLEET_NOTE_INPUTS } from '../inputs/specs/fleet.ts';
import { reportFailed } from '../problems/host.ts';
import { makeNote } from '../reports/fleet-note.ts';
import { readInputs } from './action.ts';
import { makeActionLog } from './action-log.ts';
import { storeNote } from './fleet-notes.ts';
import { Lines } from './lines.ts';

/** Resolves with the exit status. */
export async function runFleetNoteAction(): Promise<number> {
  const inputs = readInputs(FLEET_NOTE_INPUTS);
  const name = inputs.get('name') ?? '';
  const read = readJson(Buffer.from(inputs.get('outputs') ?? '{}'), SMALL_DOCUMENT);
  const outputs = 'ok' in read && typeof read.ok === 'object' && read.ok !== null ? read.ok : {};
  try {
    await storeNote(
      makeNote(name, outputs as Readonly<Record<string, unknown>>),
      process.env.GITHUB_RUN_ATTEMPT ?? '1',
    );
    core.info('Left a note for the summary of the fleet.');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    makeActionLog(new Lines()).warn(reportFailed('note for the summary of the fleet', why));
  }
  return 0;
}
