// Takes the archive: locks and snapshot, the one pass over the data, the checks, and only when all of them hold the
// upload is completed. Anything else ends with the parts gone and nothing visible.
import { makeId } from '../../backups/id.ts';
import { type BackupRef, printKey } from '../../backups/key.ts';
import type { Snapshot, Source, ToolOutput } from '../../postgres/port.ts';
import { Problem, throwAll } from '../../problems/problem.ts';
import { internal } from '../../problems/run.ts';
import { dumpWarned } from '../../problems/source-notes.ts';
import { checkArchive } from '../../proof/check-archive.ts';
import { provenLine, uploadedLine } from '../../reports/log-lines.ts';
import type { StoredUpload, Upload } from '../../storage/port.ts';
import { orAborted } from '../or-aborted.ts';
import type { World } from '../world.ts';
import type { Draft } from './draft.ts';
import { type BackupSettings, settleCompression } from './settings.ts';
import { type Streamed, streamArchive } from './stream.ts';
import type { Survey } from './survey.ts';

export interface Taken {
  readonly ref: BackupRef;
  readonly compression: string;
  readonly streamed: Streamed;
  readonly snapshot: Snapshot;
  /** Complete and visible, not yet believed. */
  readonly stored: StoredUpload;
  /** Roles and tablespaces as SQL; null where they could not be had. */
  readonly globals: Buffer | null;
}

export async function take(
  world: World,
  source: Source,
  settings: BackupSettings,
  found: Survey,
  draft: Draft,
  signal: AbortSignal,
): Promise<Taken> {
  const compression = settleCompression(settings.compression, found.client);
  const globals = await dumpGlobals(source, found, draft, signal);
  const snapshot = await source.openSnapshot(settings);
  try {
    // A key can't say more than whole seconds, and the manifest says the same.
    const stamp = Math.floor(snapshot.takenAt / 1000) * 1000;
    const ref: BackupRef = { name: found.name, tier: found.tier, stamp, id: makeId(world.random) };
    const upload = await startUpload(world, ref, found, signal);
    try {
      const streamed = await streamArchive({
        postgres: world.postgres,
        source,
        client: found.client,
        snapshot,
        compression,
        lockWaitTimeoutMs: settings.lockWaitTimeoutMs,
        counts: settings.counts,
        encryption: world.encryption,
        upload,
        log: world.log,
        now: world.now,
        signal,
      });
      throwAll(
        checkArchive({
          ...streamed,
          scope: snapshot.tables,
          counts: settings.counts ? streamed.counts : null,
        }),
      );
      draft.warn(...streamed.warnings.map(dumpWarned));
      const stored = await upload.complete();
      world.journal.uploadEnded();
      world.log.info(
        uploadedLine({
          bytes: stored.bytes,
          milliseconds: world.now() - snapshot.takenAt,
          sha256: streamed.storedSha256,
        }),
      );
      world.log.info(
        provenLine({ ...totals(streamed), level: settings.counts ? 'counted' : 'decoded' }, settings.detail),
      );
      return { ref, compression, streamed, snapshot, stored, globals };
    } catch (error) {
      await drop(world, upload, draft);
      throw error;
    }
  } finally {
    await snapshot.close();
  }
}

/** Of the decoded COPY data. */
export function totals({ scan }: Streamed): {
  tables: number;
  rows: number;
  rawBytes: number;
  largeObjects: number;
} {
  return {
    tables: scan.tables.length,
    rows: scan.tables.reduce((sum, table) => sum + table.rows, 0),
    rawBytes: scan.rawBytes,
    largeObjects: scan.largeObjects.length,
  };
}

async function startUpload(
  world: World,
  ref: BackupRef,
  found: Survey,
  signal: AbortSignal,
): Promise<Upload> {
  const key = printKey({ ...ref, kind: 'archive', encrypted: world.encryption !== null });
  const upload = await world.store.startUpload(key, {
    expectedBytes: found.facts.databaseBytes,
    contentType: 'application/octet-stream',
    tags: { 'pg-backup-tier': ref.tier },
    signal,
  });
  world.journal.uploadStarted(upload.reference);
  return upload;
}

/** Parts that could not be dropped now are dropped by `post`, or by prune later: the journal keeps naming them. */
async function drop(world: World, upload: Upload, draft: Draft): Promise<void> {
  try {
    await upload.abort();
    world.journal.uploadEnded();
  } catch (error) {
    // Told beside what ended the run, never in its place.
    draft.warn(error instanceof Problem ? error : internal(error));
  }
}

/** Before the snapshot, so that no lock is held for it. A refusal costs the roles, never the backup. */
async function dumpGlobals(
  source: Source,
  { client, facts }: Survey,
  draft: Draft,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const tool: ToolOutput = source.dumpGlobals(client, { passwords: facts.superuser });
  const read = async () => {
    const pieces: Buffer[] = [];
    for await (const piece of tool.output) pieces.push(Buffer.from(piece));
    await tool.done;
    return Buffer.concat(pieces);
  };
  try {
    return await orAborted(read(), signal);
  } catch (problem) {
    signal.throwIfAborted();
    if (!(problem instanceof Problem)) throw problem;
    draft.warn(problem);
    return null;
  } finally {
    await tool.stop();
  }
}
