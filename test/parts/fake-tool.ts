// A running program as the port PostgreSQL shows it, without a process: fed and read through streams with back-pressure,
// and as strict as the real ones about when a buffer may be used again.
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import type { ToolFilter } from '../../src/postgres/port.ts';

export interface ToolBody {
  readonly input: AsyncIterable<Buffer>;
  /** Resolves late when nobody reads; rejects once the tool is stopped. */
  print(bytes: Buffer): Promise<void>;
  /** Aborted by `stop`. */
  readonly stopped: AbortSignal;
}

/** Bytes in one piece of output: small, so that even small dumps come in several. */
const PIECE = 512;

/** Resolves with the warnings that the program printed, or rejects with the Problem it ended by. `running` holds its name while it runs. */
export function fakeTool(
  name: string,
  running: string[],
  body: (io: ToolBody) => Promise<readonly string[]>,
): ToolFilter {
  const input = new PassThrough();
  const output = new PassThrough();
  const stopping = new AbortController();
  for (const pipe of [input, output]) pipe.on('error', () => {});
  running.push(name);
  const print = async (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += PIECE) {
      stopping.signal.throwIfAborted();
      if (!output.write(Buffer.from(bytes.subarray(at, at + PIECE))))
        await Promise.race([once(output, 'drain', { signal: stopping.signal }), once(output, 'close')]);
    }
  };
  const done = body({ input: Readable.from(input), print, stopped: stopping.signal })
    .then(warnings => ({ warnings }))
    .finally(() => {
      running.splice(running.indexOf(name), 1);
      input.destroy();
      output.end();
    });
  done.catch(() => {});
  return {
    output: lend(output),
    done,
    async write(bytes) {
      if (input.destroyed || input.writableEnded) return;
      await new Promise<void>(resolve => input.write(Buffer.from(bytes), () => resolve()));
    },
    end: () => void input.end(),
    async stop() {
      stopping.abort();
      input.destroy();
      output.destroy();
      await done.catch(() => {});
    },
  };
}

/** Every piece lies in one buffer, and is gone when the next is asked for. */
async function* lend(output: PassThrough): AsyncGenerator<Buffer> {
  const lent = Buffer.alloc(64 * 1024);
  for await (const piece of output as AsyncIterable<Buffer>) {
    for (let at = 0; at < piece.length; at += lent.length) {
      const length = piece.copy(lent, 0, at, at + lent.length);
      yield lent.subarray(0, length);
      lent.fill('#');
    }
  }
}
