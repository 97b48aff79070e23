import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readChunked } from '../../parts/s3-stand-in/aws-chunked.ts';

function frame(chunks: readonly Uint8Array[], trailer: string): Buffer {
  const framed = chunks
    .filter(chunk => chunk.length > 0)
    .flatMap(chunk => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailer}\r\n\r\n`)]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(source: AsyncIterable<Buffer>, trailers = new Map<string, string>()): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readChunked(source, trailers)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('the payload comes out whole, wherever the network cuts', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 60 }), async (sent, size) => {
      const trailers = new Map<string, string>();
      const framed = frame(sent, 'X-Amz-Checksum-Crc32:NhCmhg==');
      expect((await read(inPieces(framed, size), trailers)).equals(Buffer.concat(sent))).toBe(true);
      expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'NhCmhg==']]);
    }),
  );
});

test.each([
  ['ends too early', '5\r\nhel'],
  ['has no length', 'hello\r\n'],
  ['is longer than it says', '3\r\nhello\r\n0\r\n\r\n'],
])('a body that %s', async (_, text) => {
  await expect(read(inPieces(Buffer.from(text), 4))).rejects.toThrow('terminated unexpectedly');
});
