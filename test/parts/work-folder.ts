// A throw-away folder for one server: owned by the user it runs as, gone at this process's end at the latest.
import { chownSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import { runsAsRoot, SERVER_UID } from './folder.ts';

/** Makes the folder, mode 0700. `kind` shows in its name. */
export async function makeWorkFolder(kind: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `pg-backup-${kind}-`));
  giveToServer(folder);
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Hands a file or folder to the user that servers run as. */
export function giveToServer(path: string): void {
  if (runsAsRoot) chownSync(path, SERVER_UID, SERVER_UID);
}
