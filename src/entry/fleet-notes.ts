// Notes of a fleet's jobs, as artifacts of their run. @actions/artifact is half of the bundle, so it is loaded only when it
// is asked for.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeName } from '../backups/name.ts';
import { type FleetNote, parseNote, printNote } from '../reports/fleet-note.ts';

const PREFIX = 'pg-backup-fleet-';
const FILE = 'note.json';
/** The summary reads them within the same run. */
const RETENTION_DAYS = 1;

/** An artifact's name can't be taken twice in a run, so each attempt has its own. */
export async function storeNote(note: FleetNote, attempt: string): Promise<void> {
  await withFolder(async folder => {
    const file = join(folder, FILE);
    await writeFile(file, printNote(note));
    const name = `${PREFIX}${encodeName(note.name)}-${attempt}`;
    await (await openArtifacts()).uploadArtifact(name, [file], folder, { retentionDays: RETENTION_DAYS });
  });
}

/** Those of this run that can be read, oldest attempt first. */
export async function readNotes(): Promise<FleetNote[]> {
  const client = await openArtifacts();
  const { artifacts } = await client.listArtifacts();
  const attemptOf = (name: string) => Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
  const notes: FleetNote[] = [];
  const ours = artifacts.filter(({ name }) => name.startsWith(PREFIX));
  for (const { id } of ours.sort((a, b) => attemptOf(a.name) - attemptOf(b.name))) {
    await withFolder(async folder => {
      await client.downloadArtifact(id, { path: folder });
      if (!(await readdir(folder)).includes(FILE)) return;
      const note = parseNote(await readFile(join(folder, FILE)));
      if (note) notes.push(note);
    });
  }
  return notes;
}

async function openArtifacts() {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return new DefaultArtifactClient();
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP || tmpdir(), 'pg-backup-fleet-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
