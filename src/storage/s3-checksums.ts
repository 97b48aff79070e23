// The checksums an upload can be recognised by, computed here: CRC32 as S3 spells it, and what S3 makes of the
// parts' checksums and MD5s when it puts them together.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Base64 of the four bytes, as in `x-amz-checksum-crc32`. */
export function crc32Header(value: number): string {
  return crcBytes(value).toString('base64');
}

export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** The ETag of a multipart object: MD5 over the parts' MD5s, and their number. */
export function multipartEtag(partMd5s: readonly string[]): string {
  const all = Buffer.concat(partMd5s.map(hex => Buffer.from(hex, 'hex')));
  return `${md5Hex(all)}-${partMd5s.length}`;
}

/** What a store answers that knows no full-object CRC32 for multipart objects: one over the parts' own. */
export function compositeCrc32(partCrcs: readonly number[]): string {
  return `${crc32Header(crc32(Buffer.concat(partCrcs.map(crcBytes))))}-${partCrcs.length}`;
}

function crcBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
