// The checksums that S3 verifies: as running digests over a body, combined over the parts of an upload into the
// checksum of the whole object, or digested again into the composite form.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type Algorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export const algorithms: readonly Algorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

export interface Checksum {
  readonly algorithm: Algorithm;
  readonly type: ChecksumType;
  /** Base64, with `-N` behind it where it is a composite of N parts. */
  readonly value: string;
}

export interface Digest {
  update(bytes: Buffer): void;
  finish(): Buffer;
}

/** Reflected polynomials, initial value and final xor all ones. */
const polynomials: Readonly<Record<string, { width: 32 | 64; reflected: bigint }>> = {
  CRC32: { width: 32, reflected: 0xedb88320n },
  CRC32C: { width: 32, reflected: 0x82f63b78n },
  CRC64NVME: { width: 64, reflected: 0x9a6c9329ac4bc9b5n },
};

interface Table {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

const tables = new Map<Algorithm, Table>();

/** Eight tables of 256 entries, one behind the other, so that eight bytes are folded in a step. */
function tableFor(algorithm: Algorithm): Table {
  const known = tables.get(algorithm);
  if (known) return known;
  const polynomial = polynomials[algorithm]?.reflected ?? 0n;
  const low = new Int32Array(2048);
  const high = new Int32Array(2048);
  const whole: bigint[] = [];
  for (let entry = 0; entry < 2048; entry++) {
    let crc = entry < 256 ? BigInt(entry) : (whole[entry - 256] ?? 0n);
    if (entry < 256) for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    else crc = (crc >> 8n) ^ (whole[Number(crc & 255n)] ?? 0n);
    whole.push(crc);
    low[entry] = Number(BigInt.asIntN(32, crc));
    high[entry] = Number(BigInt.asIntN(32, crc >> 32n));
  }
  const table = { low, high };
  tables.set(algorithm, table);
  return table;
}

function tableDigest(algorithm: Algorithm): Digest {
  const { low: tl, high: th } = tableFor(algorithm);
  const width = polynomials[algorithm]?.width ?? 32;
  let low = -1;
  let high = width === 64 ? -1 : 0;
  const at = (table: Int32Array, index: number): number => table[index] as number;
  return {
    update(bytes) {
      let i = 0;
      for (; i + 8 <= bytes.length; i += 8) {
        const a = low ^ bytes.readInt32LE(i);
        const b = high ^ bytes.readInt32LE(i + 4);
        const i7 = 1792 + (a & 255);
        const i6 = 1536 + ((a >>> 8) & 255);
        const i5 = 1280 + ((a >>> 16) & 255);
        const i4 = 1024 + (a >>> 24);
        const i3 = 768 + (b & 255);
        const i2 = 512 + ((b >>> 8) & 255);
        const i1 = 256 + ((b >>> 16) & 255);
        const i0 = b >>> 24;
        low =
          at(tl, i7) ^
          at(tl, i6) ^
          at(tl, i5) ^
          at(tl, i4) ^
          at(tl, i3) ^
          at(tl, i2) ^
          at(tl, i1) ^
          at(tl, i0);
        high =
          at(th, i7) ^
          at(th, i6) ^
          at(th, i5) ^
          at(th, i4) ^
          at(th, i3) ^
          at(th, i2) ^
          at(th, i1) ^
          at(th, i0);
      }
      for (; i < bytes.length; i++) {
        const index = (low ^ (bytes[i] as number)) & 255;
        low = ((low >>> 8) | (high << 24)) ^ at(tl, index);
        high = (high >>> 8) ^ at(th, index);
      }
    },
    finish() {
      const value = Buffer.alloc(width / 8);
      if (width === 64) value.writeUInt32BE(~high >>> 0, 0);
      value.writeUInt32BE(~low >>> 0, width / 8 - 4);
      return value;
    },
  };
}

function crc32Digest(): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    finish() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value);
      return out;
    },
  };
}

export function startDigest(algorithm: Algorithm | 'MD5'): Digest {
  if (algorithm === 'CRC32') return crc32Digest();
  if (algorithm === 'CRC32C' || algorithm === 'CRC64NVME') return tableDigest(algorithm);
  const hash = createHash(algorithm.toLowerCase());
  return {
    update: bytes => void hash.update(bytes),
    finish: () => hash.digest(),
  };
}

function multiply(a: bigint, b: bigint, { width, reflected }: { width: number; reflected: bigint }): bigint {
  let product = 0n;
  let shifted = b;
  for (let mask = 1n << BigInt(width - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ reflected : shifted >> 1n;
  }
  return product;
}

/** The CRC of the parts laid end to end, from the parts' own CRCs (base64) and lengths in bytes. */
export function combineParts(
  algorithm: Algorithm,
  parts: readonly { value: string; bytes: number }[],
): string {
  const field = polynomials[algorithm];
  if (!field) throw new TypeError(`${algorithm} has no checksum over the full object of an upload in parts`);
  const one = 1n << BigInt(field.width - 1);
  let whole = 0n;
  for (const part of parts) {
    let power = one;
    let square = one >> 8n; // x^8: one byte
    for (let rest = part.bytes; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) power = multiply(power, square, field);
      square = multiply(square, square, field);
    }
    const value = BigInt(`0x${Buffer.from(part.value, 'base64').toString('hex')}`);
    whole = multiply(power, whole, field) ^ value;
  }
  return Buffer.from(whole.toString(16).padStart(field.width / 4, '0'), 'hex').toString('base64');
}

/** The checksum of the parts' checksums, with the number of parts behind it. */
export function compositeOfParts(algorithm: Algorithm, values: readonly string[]): string {
  const digest = startDigest(algorithm);
  for (const value of values) digest.update(Buffer.from(value, 'base64'));
  return `${digest.finish().toString('base64')}-${values.length}`;
}
