// Writes one small object the way an archive is written, looks at it the way an archive is looked at, tries to overwrite it,
// and removes it. It stays where the role may not delete, which is as it should be.
import { createHash } from 'node:crypto';
import { makeId } from '../../backups/id.ts';
import { Problem, type ProblemCode } from '../../problems/problem.ts';
import type { Deletion, ObjectStore, StoredUpload } from '../../storage/port.ts';
import { checkStored, type Shown } from '../backup/commit.ts';
import { withGrace } from '../with-grace.ts';
import type { Bucket, DoctorWorld } from './world.ts';

export interface Probed {
  readonly key: string;
  readonly shown: Shown;
  /** What became of a write over it, on the condition that nothing is there. */
  readonly overwriting: 'refused' | 'ignored' | 'unknown';
  readonly removal: Deletion | 'forbidden';
}

/** No key of ours: nobody counts it, and prune never touches it. A tag of its own, for whoever wants a rule for it. */
const FOLDER = 'pg-backup-doctor';
const TAGS = { 'pg-backup-tier': 'doctor' };
const FIRST = Buffer.from('Written by pg-backup doctor; safe to delete.\n');
const SECOND = Buffer.from('Written by pg-backup doctor over the first one; safe to delete.\n');
/** The runner leaves 7.5 s after a cancel. */
const GRACE_MS = 4_000;
const EXISTS: ProblemCode = 'PGB311';
const FORBIDDEN: ProblemCode = 'PGB301';

/** Throws the Problem that a backup would end with. A cancel leaves it the time to remove what it wrote. */
export function probe(
  world: Pick<DoctorWorld, 'random' | 'journal'>,
  bucket: Bucket,
  signal: AbortSignal,
): Promise<Probed> {
  return withGrace(GRACE_MS, signal, async later => {
    const key = `${FOLDER}/${makeId(world.random)}.txt`;
    const stored = await send(world, bucket.store, key, later);
    try {
      const seen = await look(bucket, stored, later);
      return { key, ...seen, removal: await remove(bucket.store, key, later) };
    } catch (error) {
      await remove(bucket.store, key, later).catch(() => undefined);
      throw error;
    }
  });
}

async function look(
  { store, setup }: Bucket,
  stored: StoredUpload,
  signal: AbortSignal,
): Promise<Pick<Probed, 'shown' | 'overwriting'>> {
  const sha256 = createHash('sha256').update(FIRST).digest('hex');
  const sent = { storedBytes: FIRST.length, storedSha256: sha256 };
  return {
    shown: await checkStored({ store }, stored, sent, signal),
    overwriting: setup
      ? await setup.overwrite(stored.key, SECOND, signal)
      : await createAgain(store, stored.key, signal),
  };
}

async function send(
  { journal }: Pick<DoctorWorld, 'journal'>,
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<StoredUpload> {
  const upload = await store.startUpload(key, {
    expectedBytes: FIRST.length,
    contentType: 'text/plain',
    tags: TAGS,
    signal,
  });
  journal.uploadStarted(upload.reference);
  try {
    await upload.write(FIRST);
    const stored = await upload.complete();
    journal.uploadEnded();
    return stored;
  } catch (error) {
    // What could not be dropped stays in the journal, for `post`; the first error is the one that is told.
    await upload.abort().then(
      () => journal.uploadEnded(),
      () => undefined,
    );
    throw error;
  }
}

async function createAgain(
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<Probed['overwriting']> {
  try {
    await store.create(key, SECOND, { contentType: 'text/plain', signal });
    return 'ignored';
  } catch (error) {
    if (error instanceof Problem && error.code === EXISTS) return 'refused';
    throw error;
  }
}

/** As it lies there now: an overwritten one has another ETag. */
async function remove(store: ObjectStore, key: string, signal: AbortSignal): Promise<Probed['removal']> {
  try {
    for await (const { key: found, etag } of store.list(key, signal))
      if (found === key) return await store.delete(key, { etag, signal });
    return 'absent';
  } catch (error) {
    if (error instanceof Problem && error.code === FORBIDDEN) return 'forbidden';
    throw error;
  }
}
