import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Algorithm,
  combineParts,
  compositeOfParts,
  startDigest,
} from '../../parts/s3-stand-in/checksums.ts';

function digestOf(algorithm: Algorithm, ...chunks: readonly Uint8Array[]): string {
  const digest = startDigest(algorithm);
  for (const chunk of chunks) digest.update(Buffer.from(chunk));
  return digest.finish().toString('base64');
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

describe('the checksums of S3', () => {
  // The check values of the CRC catalogue, for the digits 1 to 9.
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', createHash('sha1').update('123456789').digest('hex')],
    ['SHA256', createHash('sha256').update('123456789').digest('hex')],
  ] as const)('%s of the check string', (algorithm, hex) => {
    expect(digestOf(algorithm, Buffer.from('123456789'))).toBe(base64(hex));
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s of a whole follows from its parts, however it is cut',
    algorithm => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }), chunks => {
          const whole = digestOf(algorithm, Buffer.concat(chunks));
          const parts = chunks.map(chunk => ({ value: digestOf(algorithm, chunk), bytes: chunk.length }));
          expect(digestOf(algorithm, ...chunks)).toBe(whole);
          expect(combineParts(algorithm, parts)).toBe(whole);
        }),
      );
    },
  );

  test('a hash of the whole cannot be had from its parts', () => {
    expect(() => combineParts('SHA256', [])).toThrow(/SHA256 has no checksum over the full object/);
  });

  test('the composite form digests the digests and counts them', () => {
    const values = ['one', 'two'].map(text => digestOf('SHA256', Buffer.from(text)));
    const joined = Buffer.concat(values.map(value => Buffer.from(value, 'base64')));
    expect(compositeOfParts('SHA256', values)).toBe(`${digestOf('SHA256', joined)}-2`);
  });
});
