// Brings one file of a backup to where the user wants it: through the parallel ranges of the store, decrypted on the way,
// and kept only if every byte was what the manifest says. Needs neither a server nor PostgreSQL's tools.
import { createHash } from 'node:crypto';
import { toBackupLine } from '../../backups/choose.ts';
import { type ChosenBackup, chooseBackup, type Wish } from '../../backups/choose-backup.ts';
import type { ListedObject } from '../../backups/holdings.ts';
import type { StoredFile } from '../../backups/manifest.ts';
import { noSuchFile } from '../../problems/fetch.ts';
import { plainBytesDiffer } from '../../problems/verify.ts';
import type { FetchOutcome } from '../../reports/fetch-outcome.ts';
import { settleName } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import { opened, StoredBytes } from '../stored-bytes.ts';
import { makeReadable, type Thaw } from '../thaw.ts';
import type { OpeningWorld } from '../world.ts';

export interface FetchSettings {
  readonly name: string | undefined;
  readonly wish: Wish;
  readonly thaw: Thaw;
  readonly what: 'archive' | 'globals' | 'proof' | 'manifest';
  /** false: the bytes as they are stored. */
  readonly decrypt: boolean;
}

/** Where the bytes go. */
export interface Sink {
  /** The bytes may change after it resolved. */
  write(bytes: Buffer): Promise<void>;
  /** Everything is written and was found good: makes it count. */
  keep(): Promise<void>;
  /** Takes away what can be taken away. */
  discard(): Promise<void>;
}

/** Throws a Problem where the file can't be had whole and as it was stored; the sink is discarded then. */
export async function fetchFile(
  world: OpeningWorld,
  settings: FetchSettings,
  openSink: () => Promise<Sink>,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  const startedAt = world.now();
  const { wish } = settings;
  const name = await settleName(world, { name: settings.name, selector: wish.selector }, signal);
  const catalog = await new CatalogReader(world).read({ name, now: world.now() }, signal);
  for (const alarm of catalog.alarms) world.log.warn(alarm);
  const choice = chooseBackup(catalog, wish);
  if ('not' in choice) throw choice.not;
  const { file, object } = chooseFile(choice.ok, settings.what);
  await makeReadable(world, [object], settings.thaw, signal);
  const sink = await openSink();
  try {
    const written = await pour(world, choice.ok, { file, object }, settings, sink, signal);
    signal.throwIfAborted();
    await sink.keep();
    return {
      command: 'fetch',
      name,
      place: world.store.place,
      backup: toBackupLine(choice.ok),
      what: settings.what,
      ...written,
      warnings: catalog.alarms,
      durationSeconds: (world.now() - startedAt) / 1000,
    };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

interface Chosen {
  readonly file: StoredFile;
  readonly object: ListedObject;
}

function chooseFile(
  { manifest, manifestSha256, manifestObject, objects, ref }: ChosenBackup,
  what: FetchSettings['what'],
): Chosen {
  if (what === 'manifest') {
    const { key, bytes } = manifestObject;
    return { file: { key, bytes, sha256: manifestSha256 ?? '' }, object: manifestObject };
  }
  const file = manifest[what];
  if (file === null) throw noSuchFile(ref.id, what);
  const object = objects.find(({ key }) => key === file.key);
  if (!object) throw new Error(`the catalog says that backup ${ref.id} is whole, without ${file.key}`);
  return { file, object };
}

async function pour(
  world: OpeningWorld,
  { manifest }: ChosenBackup,
  { file, object }: Chosen,
  { what, decrypt }: FetchSettings,
  sink: Sink,
  signal: AbortSignal,
): Promise<Pick<FetchOutcome, 'bytes' | 'sha256' | 'decrypted'>> {
  const startedAt = world.now();
  const stored = new StoredBytes(world, file, object, {
    signal,
    onBytes: bytes =>
      world.log.progress({
        what: 'Fetching',
        bytes,
        expectedBytes: file.bytes,
        elapsedMs: world.now() - startedAt,
      }),
  });
  // The manifest itself is never encrypted.
  const decrypted = decrypt && what !== 'manifest' && manifest.encryption !== null;
  try {
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const chunk of decrypted ? opened(world, manifest, stored, file.key) : stored) {
      digest.update(chunk);
      bytes += chunk.length;
      await sink.write(chunk);
    }
    const changed = await stored.judge();
    if (changed) throw changed;
    const sha256 = digest.digest('hex');
    const { archive } = manifest;
    const isOther = bytes !== archive.plainBytes || sha256 !== archive.plainSha256;
    if (decrypted && what === 'archive' && isOther) throw plainBytesDiffer(file.key);
    return { bytes, sha256, decrypted };
  } finally {
    await stored.close();
  }
}
