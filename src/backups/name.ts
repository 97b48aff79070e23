// How a backup's name becomes one segment of a key, and back. A name is any text (a database may be called anything);
// the segment must survive stores, URLs and file systems that fold case or treat dots specially.
import { nameUnusable } from '../problems/backups.ts';

/** Of the encoded form: leaves room for prefix and stem below S3's 1,024 bytes, and fits a file system's 255. */
export const MAX_NAME_BYTES = 200;

/**
 * Percent-encodes every UTF-8 byte outside `a-z 0-9 . _ -` and every leading dot, with upper-case digits.
 * Throws PGB505 for a name that is empty, not well-formed, or too long once encoded.
 */
export function encodeName(name: string): string {
  if (name === '') throw nameUnusable(name, 'it is empty');
  if (!name.isWellFormed()) throw nameUnusable(name, 'it holds half a character (a lone surrogate)');
  const segment = percentEncode(name);
  if (segment.length > MAX_NAME_BYTES) {
    throw nameUnusable(name, `it takes ${segment.length} bytes in a key, and ${MAX_NAME_BYTES} is the most`);
  }
  return segment;
}

/** The exact inverse of `encodeName`: undefined for a segment that it would not have written. */
export function decodeName(segment: string): string | undefined {
  if (segment === '' || segment.length > MAX_NAME_BYTES) return undefined;
  try {
    const name = decodeURIComponent(segment);
    return name.isWellFormed() && percentEncode(name) === segment ? name : undefined;
  } catch {
    return undefined;
  }
}

function percentEncode(name: string): string {
  let segment = '';
  let leading = true;
  for (const byte of Buffer.from(name, 'utf8')) {
    const character = String.fromCharCode(byte);
    leading &&= character === '.';
    const plain = !leading && /[a-z0-9._-]/.test(character);
    segment += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return segment;
}
