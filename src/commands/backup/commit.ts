// From a stream that held every check to a backup: what the store holds is checked, roles and proof are put beside the
// archive, then the manifest, which is the commit point, and it is read back. A crash before the manifest leaves an
// orphan that nobody counts; after it, a whole backup.
import { createHash } from 'node:crypto';
import { type BackupRef, printKey } from '../../backups/key.ts';
import type { Manifest, StoredFile } from '../../backups/manifest.ts';
import { parseManifest, printManifest, signedMessage } from '../../backups/parse-manifest.ts';
import type { Sealer } from '../../encryption/port.ts';
import { manifestReadBackDiffers, storedBytesDiffer, storedListingDiffers } from '../../problems/proof.ts';
import type { StoredUpload } from '../../storage/port.ts';
import type { World } from '../world.ts';
import type { Streamed } from './stream.ts';

/** How it was seen that the store holds what was sent; figures of the level `stored`. */
export type Shown = 'checksum' | 'etag' | 'read-back';

/**
 * The upload is complete and visible: shows that it holds the bytes that were sent. Trusts no answer alone: size and
 * ETag must also stand in the store's listing.
 */
export async function checkStored(
  world: Pick<World, 'store'>,
  stored: StoredUpload,
  streamed: Pick<Streamed, 'storedBytes' | 'storedSha256'>,
  signal: AbortSignal,
): Promise<Shown> {
  for await (const listed of world.store.list(stored.key, signal)) {
    if (listed.key !== stored.key) continue;
    if (listed.bytes !== streamed.storedBytes || listed.etag !== stored.etag) {
      throw storedListingDiffers(stored.key, streamed.storedBytes, listed.bytes);
    }
    if (stored.shown !== 'none') return stored.shown;
    const digest = createHash('sha256');
    for await (const bytes of world.store.stream(stored.key, { etag: stored.etag, signal }))
      digest.update(bytes);
    if (digest.digest('hex') !== streamed.storedSha256) throw storedBytesDiffer(stored.key);
    return 'read-back';
  }
  throw storedListingDiffers(stored.key, streamed.storedBytes, null);
}

/** A small file beside the archive, and its ETag for the clean-up of a run that fails before the manifest. */
export interface PlacedFile {
  readonly file: StoredFile;
  readonly etag: string;
}

/** Puts a small file beside the archive, encrypted where the archive is. */
export async function putBeside(
  world: World,
  ref: BackupRef,
  kind: 'globals' | 'proof',
  plain: Buffer,
  signal: AbortSignal,
): Promise<PlacedFile> {
  const sealer = await world.encryption?.sealer();
  const bytes = sealer ? seal(sealer, plain) : plain;
  const key = printKey({ ...ref, kind, encrypted: sealer !== undefined });
  const contentType = sealer
    ? 'application/octet-stream'
    : kind === 'proof'
      ? 'application/json'
      : 'application/sql';
  const { etag } = await world.store.create(key, bytes, { contentType, signal });
  return {
    file: { key, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
    etag,
  };
}

/** Signs and writes the manifest, then reads it back as every later reader will. Returns its SHA-256. */
export async function commit(
  world: World,
  unsigned: Omit<Manifest, 'signature'>,
  ref: BackupRef,
  signal: AbortSignal,
) {
  const key = printKey({ ...ref, kind: 'manifest' });
  const plain: Manifest = { ...unsigned, signature: null };
  const manifest: Manifest = { ...plain, signature: world.signer?.sign(signedMessage(plain, key)) ?? null };
  const bytes = printManifest(manifest);
  await world.store.create(key, bytes, { contentType: 'application/json', signal });
  const readBack = await world.store.read(key, { maxBytes: bytes.length, signal });
  const parsed = readBack && parseManifest(readBack.bytes, key);
  if (!readBack?.bytes.equals(bytes) || !parsed || !('ok' in parsed)) throw manifestReadBackDiffers(key);
  return { manifest, key, sha256: parsed.sha256 };
}

function seal(sealer: Sealer, plain: Buffer): Buffer {
  // The sealer's buffer is lent until the next call.
  const head = Buffer.from(sealer.update(plain));
  return Buffer.concat([head, sealer.finish()]);
}
