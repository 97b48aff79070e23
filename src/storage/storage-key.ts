// Keys as the commands know them (relative to the destination's prefix) against keys as the store knows them.
// What isn't a plain path of segments is refused here, once, for every store.
import { keyUnsafe } from '../problems/storage.ts';

/** Throws a Problem for keys that could mean another place than they say. */
export function checkKey(key: string): void {
  const segments = key.split('/');
  const unsafe = /[\u0000-\u001f\u007f]/.test(key) || segments.some(s => s === '' || s === '.' || s === '..');
  if (unsafe) throw keyUnsafe(key);
}

/** `db` and `db2` are different prefixes: what is joined always ends in a slash. */
export function normalizePrefix(prefix: string): string {
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

/** The order in which S3 lists: by the bytes of the UTF-8 form, which isn't JavaScript's. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
