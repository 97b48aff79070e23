import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZstdFrames } from '../../../src/files/zstd-frames.ts';

describe('the frames of zstd', () => {
  it('are found wherever the bytes are cut', () => {
    const skippable = Buffer.from('502a4d1803000000616263', 'hex');
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 5_000 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3_000 }),
        (contents, size) => {
          const frames = contents.map(content => zstdCompressSync(content));
          const file = Buffer.concat([...frames, skippable]);
          const reader = new ZstdFrames();
          const found: Buffer[] = [Buffer.alloc(0)];
          for (let at = 0; at < file.length; at += size)
            for (const { bytes, last } of reader.push(file.subarray(at, at + size)) ?? []) {
              found.push(Buffer.concat([found.pop() ?? Buffer.alloc(0), bytes]));
              if (last) found.push(Buffer.alloc(0));
            }
          expect(reader.between).toBe(true);
          expect(found.slice(0, -1)).toEqual([...frames, skippable]);
        },
      ),
    );
  });

  it('are missed where the file is cut off, and refused where something else follows', () => {
    const file = zstdCompressSync(Buffer.alloc(100_000, 'abc'));
    for (let at = 1; at < file.length; at++) {
      const reader = new ZstdFrames();
      reader.push(file.subarray(0, at));
      expect(reader.between).toBe(false);
    }
    expect(new ZstdFrames().push(Buffer.concat([file, Buffer.from('more of it')]))).toBeUndefined();
  });
});
