// Takes the `aws-chunked` framing off a body (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`): chunks of a length in hex, and
// behind the last one the trailers, which carry the checksum.
import { S3Error } from './errors.ts';

const broken = (): S3Error =>
  new S3Error('IncompleteBody', 'The request body terminated unexpectedly', { status: 400 });

/** Yields the payload; when it is exhausted, `trailers` holds what followed it, names in lower case. */
export async function* readChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const input = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const next = await input.next();
    if (next.done) throw broken();
    buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value]);
  }

  async function line(): Promise<string> {
    for (;;) {
      const end = buffered.indexOf('\r\n');
      if (end >= 0) {
        const text = buffered.toString('latin1', 0, end);
        buffered = buffered.subarray(end + 2);
        return text;
      }
      if (buffered.length > 8192) throw broken();
      await more();
    }
  }

  for (;;) {
    const [size = ''] = (await line()).split(';');
    if (!/^[0-9a-f]+$/i.test(size)) throw broken();
    let rest = Number.parseInt(size, 16);
    if (rest === 0) break;
    while (rest > 0) {
      if (buffered.length === 0) await more();
      const taken = buffered.subarray(0, rest);
      rest -= taken.length;
      buffered = buffered.subarray(taken.length);
      yield taken;
    }
    if ((await line()) !== '') throw broken();
  }
  for (let text = await line(); text !== ''; text = await line()) {
    const colon = text.indexOf(':');
    trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }
}
