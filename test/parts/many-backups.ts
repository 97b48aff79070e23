// A bucket with very many signed backups in it, as objects to put there: what commands that only read manifests see of
// years of nights. The archives are a few bytes, and everything that is said of them is true.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { formatInstant, type Instant } from '../../src/backups/instant.ts';
import { printKey } from '../../src/backups/key.ts';
import type { Manifest } from '../../src/backups/manifest.ts';
import { printManifest, refOf, signedMessage } from '../../src/backups/parse-manifest.ts';
import { Ed25519Signer } from '../../src/encryption/signature.ts';
import { parseSigningKey } from '../../src/encryption/signing-keys.ts';
import { sampleManifest } from '../unit/backups/sample.ts';

export interface StoredThing {
  readonly key: string;
  readonly bytes: Buffer;
}

export interface ManyBackups {
  /** In no order that anything rests on. */
  readonly objects: readonly StoredThing[];
  /** `verify-keys`. */
  readonly verifyKeys: string;
}

const HOUR_MS = 3_600_000;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** For each name so many backups, `every` hours apart, the newest taken an hour before `now`. */
export function manyBackups(wish: {
  readonly names: readonly string[];
  readonly each: number;
  readonly everyHours: number;
  readonly now: Instant;
}): ManyBackups {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const parsed = parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  if (!('key' in parsed)) throw new Error('the key that was just made is none');
  const signer = new Ed25519Signer(parsed.key);
  const objects: StoredThing[] = [];
  let count = 0;
  for (const name of wish.names)
    for (let at = 0; at < wish.each; at++) {
      const stamp = formatInstant(wish.now - HOUR_MS - at * wish.everyHours * HOUR_MS);
      objects.push(...backup({ name, stamp, id: idOf(count++) }, signer));
    }
  return { objects, verifyKeys: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

function backup(head: Pick<Manifest, 'name' | 'stamp' | 'id'>, signer: Ed25519Signer): StoredThing[] {
  const file = (text: string) => {
    const bytes = Buffer.from(`${text} of ${head.id}`);
    return { bytes, sha256: hash('sha256', bytes), etag: hash('md5', bytes) };
  };
  const [archive, proof, globals] = [file('archive'), file('proof'), file('globals')];
  const plain = sampleManifest({ ...head, encryption: null });
  const ref = refOf(plain);
  const globalsKey = printKey({ ...ref, kind: 'globals', encrypted: false });
  const unsigned: Manifest = {
    ...plain,
    archive: { ...plain.archive, bytes: archive.bytes.length, sha256: archive.sha256, etag: archive.etag },
    proof: { ...plain.proof, bytes: proof.bytes.length, sha256: proof.sha256 },
    globals: { key: globalsKey, bytes: globals.bytes.length, sha256: globals.sha256 },
  };
  const key = printKey({ ...ref, kind: 'manifest' });
  const signature = signer.sign(signedMessage(unsigned, key));
  return [
    { key: unsigned.archive.key, bytes: archive.bytes },
    { key: unsigned.proof.key, bytes: proof.bytes },
    { key: globalsKey, bytes: globals.bytes },
    { key, bytes: printManifest({ ...unsigned, signature }) },
  ];
}

function idOf(count: number): string {
  return Array.from({ length: 8 }, (_, place) =>
    ALPHABET.charAt(Math.floor(count / 32 ** (7 - place)) % 32),
  ).join('');
}

function hash(algorithm: 'md5' | 'sha256', bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
