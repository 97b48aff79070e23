// Where the installed parts live: `.parts` in the checkout, or a folder under the system's temporary one where
// the servers' own user could not reach the checkout (a home of mode 0700, a runner's private folder).
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The user and group that servers run as when the tests run as root: PostgreSQL and PgBouncer refuse root. */
export const SERVER_UID = 65534;

export const runsAsRoot = process.getuid?.() === 0;

/** What to add to spawn's options, so that a server doesn't run as root. */
export const serverUser: { uid?: number; gid?: number } = runsAsRoot
  ? { uid: SERVER_UID, gid: SERVER_UID }
  : {};

/** The project's own root folder. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Whether a user who owns none of the folders above `folder` gets through to it. */
function isReachableByOthers(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** How `npm test`, which gives the tests a temporary folder of their own, tells them where the parts lie. */
export const PARTS_FOLDER_VARIABLE = 'PG_BACKUP_TEST_PARTS_FOLDER';

function choosePartsFolder(): string {
  const told = process.env[PARTS_FOLDER_VARIABLE];
  if (told) return told;
  const folder =
    !runsAsRoot || isReachableByOthers(checkout)
      ? join(checkout, '.parts')
      : join(tmpdir(), 'pg-backup-action-parts');
  mkdirSync(folder, { recursive: true });
  if (statSync(folder).uid !== process.getuid?.()) {
    throw new Error(`${folder} belongs to another user: remove it, or set TMPDIR to a folder of your own.`);
  }
  chmodSync(folder, 0o755);
  return folder;
}

/** The folder that holds every installed part, readable by the servers' user. */
export const partsFolder = choosePartsFolder();
