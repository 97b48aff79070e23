// Reads the Ed25519 keys that backups are signed and verified with. What comes out is a key that works, what doesn't
// is refused with a remedy, and no part of a key is ever repeated in a text.
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  signingKeyHasPassphrase,
  signingKeyIsPublic,
  signingKeyOtherKind,
  signingKeyTwice,
  signingKeyUnreadable,
  verifyKeyIsPrivate,
  verifyKeyOtherKind,
  verifyKeysEmpty,
  verifyKeyUnreadable,
} from '../problems/keys.ts';
import type { Problem } from '../problems/problem.ts';

export interface VerifyKey {
  /** First 16 hex digits of the SHA-256 of the raw public key: names a key in manifests and lists. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

export interface SigningKey extends VerifyKey {
  readonly privateKey: KeyObject;
}

const RAW_KEY_BYTES = 32;
/** What PKCS#8 and SPKI put before the 32 bytes of an Ed25519 key (RFC 8410). */
const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_START = Buffer.from('302a300506032b6570032100', 'hex');
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;

/** A PEM private key, or the base64 of its 32-byte seed. */
export function parseSigningKey(
  text: string,
): { readonly key: SigningKey } | { readonly problems: readonly [Problem] } {
  try {
    const privateKey = readPrivateKey(text.trim());
    return 'problem' in privateKey
      ? { problems: [privateKey.problem] }
      : { key: signingKeyOf(privateKey.key) };
  } catch {
    // Node's own error could quote the key's bytes; ours says what is expected.
    return { problems: [signingKeyUnreadable()] };
  }
}

function readPrivateKey(text: string): { key: KeyObject } | { problem: Problem } {
  if (text.includes('ENCRYPTED')) return { problem: signingKeyHasPassphrase() };
  const privateBlocks = text.match(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/g)?.length ?? 0;
  if (privateBlocks > 1) return { problem: signingKeyTwice() };
  if (privateBlocks === 0 && /^ed25519:|-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----|^ssh-/.test(text)) {
    return { problem: signingKeyIsPublic() };
  }
  if (privateBlocks === 1) {
    const key = createPrivateKey(text);
    const kind = key.asymmetricKeyType ?? 'unknown';
    return kind === 'ed25519' ? { key } : { problem: signingKeyOtherKind(kind) };
  }
  const seed = decodeKey(text);
  if (!seed) return { problem: signingKeyUnreadable() };
  return {
    key: createPrivateKey({ key: Buffer.concat([PKCS8_START, seed]), format: 'der', type: 'pkcs8' }),
  };
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  return { id: keyId(publicKey), privateKey, publicKey };
}

/** PEM public keys and `ed25519:<base64>` lines, in any order; blank lines and `#` comments don't count. */
export function parseVerifyKeys(
  text: string,
): { readonly keys: readonly VerifyKey[] } | { readonly problems: readonly Problem[] } {
  const entries = splitEntries(text);
  if (entries.length === 0) return { problems: [verifyKeysEmpty()] };
  const read = entries.map((entry, index) => readPublicKey(entry, index + 1));
  const problems = read.flatMap(result => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) return { problems };
  return { keys: read.flatMap(result => ('key' in result ? [result.key] : [])) };
}

function splitEntries(text: string): string[] {
  const blocks = new Map<string, string>();
  const marked = text.replace(PEM_BLOCK, block => {
    const mark = `pem block ${blocks.size}`;
    blocks.set(mark, block);
    return `\n${mark}\n`;
  });
  return marked
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => blocks.get(line) ?? line);
}

function readPublicKey(entry: string, position: number): { key: VerifyKey } | { problem: Problem } {
  if (/PRIVATE KEY|AGE-SECRET-KEY-/i.test(entry)) return { problem: verifyKeyIsPrivate(position) };
  try {
    const publicKey = entry.startsWith('-----') ? createPublicKey(entry) : publicKeyOfLine(entry);
    if (!publicKey) return { problem: verifyKeyUnreadable(position) };
    const kind = publicKey.asymmetricKeyType ?? 'unknown';
    if (kind !== 'ed25519') return { problem: verifyKeyOtherKind(position, kind) };
    return { key: { id: keyId(publicKey), publicKey } };
  } catch {
    return { problem: verifyKeyUnreadable(position) };
  }
}

/** Bare base64 is refused: it could as well be somebody's private seed. */
function publicKeyOfLine(line: string): KeyObject | undefined {
  const raw = line.startsWith('ed25519:') ? decodeKey(line.slice('ed25519:'.length).trim()) : undefined;
  return raw && createPublicKey({ key: Buffer.concat([SPKI_START, raw]), format: 'der', type: 'spki' });
}

function decodeKey(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  const exact = bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  return exact && bytes.length === RAW_KEY_BYTES ? bytes : undefined;
}

function keyId(publicKey: KeyObject): string {
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_START.length);
  return createHash('sha256').update(raw).digest('hex').slice(0, 16);
}
