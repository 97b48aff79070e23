// One text for one value (RFC 8785), so that what is signed and hashed doesn't depend on who wrote it or when.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * UTF-8, no byte order mark, no line end. Throws for what JSON can't carry: NaN, infinities, lone surrogates,
 * bigints, undefined at the top.
 */
export function canonicalJson(value: unknown): Buffer {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('There is no canonical JSON of undefined.');
  return Buffer.from(text, 'utf8');
}

/** Whether `bytes` are the canonical form of `value`; false as well where it has none. */
export function isCanonical(value: unknown, bytes: Uint8Array): boolean {
  try {
    return canonicalJson(value).equals(bytes);
  } catch {
    return false;
  }
}

/** Lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
