// A forger with write access to a bucket whose backups are not signed: the archive is made anew from another database,
// and the manifest is made to fit it. The proof stays.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printManifest } from '../../src/backups/parse-manifest.ts';
import type { folderPlace } from './backup-places.ts';
import { type BackupSeen, manifestOf } from './backup-run.ts';
import type { PostgresServer } from './postgres-server.ts';
import { dumpTo } from './restore-target.ts';

type FolderPlace = Awaited<ReturnType<typeof folderPlace>>;

export async function remakeArchive(
  place: FolderPlace,
  seen: BackupSeen,
  server: PostgresServer,
  database: string,
): Promise<void> {
  const manifest = await manifestOf(seen, place);
  const file = join(place.folder, manifest.archive.key);
  await dumpTo(file, server, database);
  const bytes = await readFile(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const sizes = { bytes: bytes.length, plainBytes: bytes.length, sha256, plainSha256: sha256 };
  await writeFile(
    join(place.folder, seen.outcome.backup?.manifestKey ?? ''),
    printManifest({ ...manifest, archive: { ...manifest.archive, ...sizes } }),
  );
}
