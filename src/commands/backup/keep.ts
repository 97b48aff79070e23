// Makes a backup of an archive that is stored: shows that the store holds what was sent, puts roles and proof beside
// it, and writes the manifest last. What was placed by a run that fails before the manifest is taken away again, where
// the role may delete; else it stays an orphan that nobody counts.
import { linkToPrevious } from '../../backups/choose.ts';
import { formatInstant } from '../../backups/instant.ts';
import type { LevelReached } from '../../backups/level.ts';
import type { Manifest, StoredFile } from '../../backups/manifest.ts';
import { dumpWarned } from '../../problems/source-notes.ts';
import { buildProof } from '../../proof/build-proof.ts';
import { printProof } from '../../proof/print-proof.ts';
import { expiresAt } from '../../retention/expiry.ts';
import { withGrace } from '../with-grace.ts';
import type { World } from '../world.ts';
import { checkStored, commit, type PlacedFile, putBeside, type Shown } from './commit.ts';
import type { BackupSettings } from './settings.ts';
import type { Survey } from './survey.ts';
import { type Taken, totals } from './take.ts';

/** The clean-up must fit into what the runner leaves after a cancel. */
const CLEAN_UP_MS = 3_000;
/** After a cancel, for the manifest's two small requests: a manifest is never written by a run that says there is no backup. */
const COMMIT_GRACE_MS = 4_000;

export interface Kept {
  readonly manifest: Manifest;
  readonly manifestKey: string;
}

export async function keep(
  world: World,
  settings: BackupSettings,
  found: Survey,
  taken: Taken,
  signal: AbortSignal,
): Promise<Kept> {
  const placed: { key: string; etag: string }[] = [taken.stored];
  const put = async (kind: 'globals' | 'proof', plain: Buffer): Promise<PlacedFile> => {
    const file = await putBeside(world, taken.ref, kind, plain, signal);
    placed.push({ key: file.file.key, etag: file.etag });
    return file;
  };
  let unsigned: Omit<Manifest, 'signature'>;
  try {
    const shown = await checkStored(world, taken.stored, taken.streamed, signal);
    const globals = taken.globals ? (await put('globals', taken.globals)).file : null;
    const proof = (
      await put(
        'proof',
        printProof(buildProof({ ...taken.streamed, ...proofContext(found, taken, settings) })),
      )
    ).file;
    unsigned = describe(world, settings, found, taken, { globals, proof, shown });
    signal.throwIfAborted();
  } catch (error) {
    await takeAway(world, placed);
    throw error;
  }
  const { manifest, key } = await withGrace(COMMIT_GRACE_MS, signal, late =>
    commit(world, unsigned, taken.ref, late),
  );
  return { manifest, manifestKey: key };
}

function proofContext({ facts }: Survey, { snapshot, streamed }: Taken, settings: BackupSettings) {
  return {
    scope: snapshot.tables,
    counts: settings.counts ? streamed.counts : null,
    validity: {
      invalidIndexes: facts.invalidIndexes,
      notValidConstraints: facts.notValidConstraints,
      disabledTriggers: facts.disabledTriggers,
    },
  };
}

function describe(
  world: World,
  settings: BackupSettings,
  found: Survey,
  taken: Taken,
  beside: { globals: StoredFile | null; proof: StoredFile; shown: Shown },
): Omit<Manifest, 'signature'> {
  const { facts, client } = found;
  const { ref, streamed, stored } = taken;
  const now = world.now();
  const retainUntil = settings.policy && expiresAt(ref, settings.policy);
  const figures = totals(streamed);
  return {
    format: 1,
    id: ref.id,
    name: ref.name,
    tier: ref.tier,
    stamp: formatInstant(ref.stamp),
    durationSeconds: Math.max(0, Math.round((now - taken.snapshot.takenAt) / 1000)),
    identity: found.identity,
    identityAccepted: found.identityAccepted,
    scope: 'full',
    server: {
      version: facts.serverVersion,
      encoding: facts.encoding,
      collate: facts.collate,
      ctype: facts.ctype,
      standby: facts.standby,
      ...(facts.replayedAt !== null && { replayedAt: formatInstant(facts.replayedAt) }),
      extensions: facts.extensions,
      textSettings: { ...facts.textSettings, TimeZone: 'UTC' },
    },
    client: { version: client.version, source: client.source },
    archive: {
      key: stored.key,
      bytes: streamed.storedBytes,
      sha256: streamed.storedSha256,
      format: 'custom',
      compression: taken.compression,
      plainBytes: streamed.plainBytes,
      plainSha256: streamed.plainSha256,
      etag: stored.etag,
      checksum: stored.checksum ?? null,
    },
    encryption: world.encryption ? { scheme: 'age', recipients: world.encryption.recipients } : null,
    globals: beside.globals,
    proof: beside.proof,
    totals: figures,
    levels: levels(settings, taken, beside.shown, formatInstant(now)),
    warnings: [...found.notes, ...streamed.warnings.map(dumpWarned)].map(note =>
      world.clean(`${note.code} ${note.summary}`),
    ),
    previous: linkToPrevious(found.catalog),
    run: world.run,
    retainUntil: retainUntil === null ? null : formatInstant(retainUntil),
  };
}

function levels(settings: BackupSettings, { streamed }: Taken, shown: Shown, at: string): LevelReached[] {
  const { tables, rows, rawBytes } = totals(streamed);
  return [
    { level: 'listed', at, figures: { tables } },
    { level: 'decoded', at, figures: { tables, rows, rawBytes } },
    ...(settings.counts ? [{ level: 'counted' as const, at, figures: { tables, rows } }] : []),
    { level: 'stored', at, figures: { bytes: streamed.storedBytes, shown } },
  ];
}

/** Best effort: a backup role need not be allowed to delete. */
async function takeAway(world: World, placed: readonly { key: string; etag: string }[]): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_MS);
  for (const { key, etag } of placed.toReversed()) {
    await world.store.delete(key, { etag, signal }).catch(() => {});
  }
}
