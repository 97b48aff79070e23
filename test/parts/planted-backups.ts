// A destination full of backups that nobody took: whole by every rule of a listing and a manifest, with archives of a few
// bytes. For what depends on how many there are, and on when they were taken.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { sha256Hex } from '../../src/backups/canonical-json.ts';
import { formatInstant, type Instant } from '../../src/backups/instant.ts';
import { printKey } from '../../src/backups/key.ts';
import type { Manifest, PreviousLink } from '../../src/backups/manifest.ts';
import { printManifest, refOf, signedMessage } from '../../src/backups/parse-manifest.ts';
import type { Signer } from '../../src/encryption/port.ts';
import { Ed25519Signer } from '../../src/encryption/signature.ts';
import { parseSigningKey } from '../../src/encryption/signing-keys.ts';
import { sampleManifest } from '../unit/backups/sample.ts';

export interface PlantedObject {
  readonly key: string;
  readonly bytes: Buffer;
  /** When it would have been stored. */
  readonly at: Instant;
}

export interface Plan {
  readonly names: readonly string[];
  /** One backup each, of tier daily. */
  readonly nights: number;
  /** When the newest of each name was taken. */
  readonly newest: Instant;
  /** What is dated back is believed only if it is signed. */
  readonly signer?: Signer;
}

const DAY = 86_400_000;
const ARCHIVE = Buffer.from('an archive');
const GLOBALS = Buffer.from('-- roles');
const PROOF = Buffer.from('{}');

/** Objects of one backup: archive, globals, proof, manifest. */
export const OBJECTS_EACH = 4;

/** Oldest first, name by name; of each backup the manifest last. */
export function* nightlyBackups({ names, nights, newest, signer }: Plan): Generator<PlantedObject> {
  const last = Math.floor(newest / 1000) * 1000;
  for (const [nth, name] of names.entries()) {
    let previous: PreviousLink | null = null;
    for (let night = nights - 1; night >= 0; night--) {
      const stamp = formatInstant(last - night * DAY);
      const manifest = makeManifest(name, idOf(nth, night), stamp, previous, signer);
      const at = Date.parse(stamp) + 60_000;
      const bytes = printManifest(manifest);
      yield { key: manifest.archive.key, bytes: ARCHIVE, at };
      yield { key: globalsKeyOf(manifest), bytes: GLOBALS, at };
      yield { key: manifest.proof.key, bytes: PROOF, at };
      yield { key: printKey({ ...refOf(manifest), kind: 'manifest' }), bytes, at };
      const { id, tier } = manifest;
      previous = { id, tier, stamp, manifestSha256: sha256Hex(bytes) };
    }
  }
}

/** Files are as old as they would be. */
export async function plantInFolder(folder: string, objects: Iterable<PlantedObject>): Promise<void> {
  for (const { key, bytes, at } of objects) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    await utimes(path, at / 1000, at / 1000);
  }
}

/** Objects are as old as this moment: give `nightlyBackups` a signer. */
export async function plantInBucket(
  client: S3Client,
  bucket: string,
  prefix: string,
  objects: Iterable<PlantedObject>,
): Promise<void> {
  const queue = objects[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { key, bytes } = next.value;
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body: bytes }));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

export function makeSigner(): { readonly signer: Signer; readonly verifyKeys: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const parsed = parseSigningKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  if (!('key' in parsed)) throw new Error('a fresh key is a good key');
  return {
    signer: new Ed25519Signer(parsed.key),
    verifyKeys: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

function makeManifest(
  name: string,
  id: string,
  stamp: string,
  previous: PreviousLink | null,
  signer: Signer | undefined,
): Manifest {
  const plain = sampleManifest({ name, id, stamp, previous, encryption: null });
  const manifest: Manifest = {
    ...plain,
    archive: {
      ...plain.archive,
      bytes: ARCHIVE.length,
      sha256: sha256Hex(ARCHIVE),
      // As S3 makes it of what is put there in one piece.
      etag: createHash('md5').update(ARCHIVE).digest('hex'),
    },
    globals: { key: globalsKeyOf(plain), bytes: GLOBALS.length, sha256: sha256Hex(GLOBALS) },
    proof: { ...plain.proof, bytes: PROOF.length, sha256: sha256Hex(PROOF) },
  };
  const key = printKey({ ...refOf(manifest), kind: 'manifest' });
  return signer ? { ...manifest, signature: signer.sign(signedMessage(manifest, key)) } : manifest;
}

function globalsKeyOf(manifest: Manifest): string {
  return printKey({ ...refOf(manifest), kind: 'globals', encrypted: false });
}

function idOf(nth: number, night: number): string {
  return `${nth.toString().padStart(3, '0')}${night.toString().padStart(5, '0')}`;
}
