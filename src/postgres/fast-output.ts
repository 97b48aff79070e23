// Standard output of a program whose bytes come by the gigabyte. Node's own pipe allocates 64 KiB for every read; this
// reads into one buffer, as much as the kernel holds at a time: a quarter of the CPU less, and 40 MB of memory.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface OutputChannel {
  /** For `stdio` of `spawn`. */
  readonly childEnd: Socket;
  /** Must be called right after `spawn`: while this process holds the child's end as well, the output never ends. */
  handedOver(): void;
  /**
   * Read once; ends when nobody holds the child's end any more, or after `close`. A buffer holds its bytes only until
   * the next is asked for. While nobody asks, the program waits (back-pressure).
   */
  readonly output: AsyncIterable<Buffer>;
  /** Drops what is not read; a program that still writes gets SIGPIPE. Idempotent. */
  close(): void;
}

/** More than Linux keeps of one local socket by default. */
const BUFFER_BYTES = 256 * 1024;
/**
 * pg_restore writes what gzip gives it, 4 KiB at a time. After a read this small, more is left to gather in the socket:
 * that takes a third off Node's CPU, and pg_dump's own gzip is slower than this by far.
 */
const SMALL_READ = 16 * 1024;
const GATHER_MS = 1;
let opened = 0;

/**
 * Makes a connected pair of local sockets in `folder`, which nobody else may enter (0700); nothing stays there. Rejects
 * where that can't be done (a path of more than about 100 bytes): then the ordinary pipe serves.
 */
export async function openOutputChannel(folder: string): Promise<OutputChannel> {
  opened += 1;
  const path = join(folder, `output-${opened}`);
  const server = createServer({ pauseOnConnect: true });
  server.listen(path);
  await once(server, 'listening');
  const { socket, output } = readInto(path, Buffer.allocUnsafeSlow(BUFFER_BYTES));
  const failed = new AbortController();
  socket.once('error', error => failed.abort(error));
  try {
    const [childEnd] = (await once(server, 'connection', { signal: failed.signal })) as [Socket];
    return channelOf(childEnd, socket, output);
  } finally {
    server.close();
  }
}

function channelOf(childEnd: Socket, socket: Socket, output: AsyncIterable<Buffer>): OutputChannel {
  childEnd.on('error', () => {});
  return {
    childEnd,
    handedOver: () => childEnd.destroy(),
    output,
    close: () => {
      childEnd.destroy();
      socket.destroy();
    },
  };
}

function readInto(path: string, buffer: Buffer): { socket: Socket; output: AsyncIterable<Buffer> } {
  let filled = 0;
  let ended = false;
  let wake = () => {};
  const socket = connect({
    path,
    onread: {
      buffer,
      // Stops reading until the consumer has taken the bytes.
      callback: bytes => {
        filled = bytes;
        wake();
        return false;
      },
    },
  });
  const end = () => {
    ended = true;
    wake();
  };
  // How the program ended is told by its exit status, never by its output.
  socket.on('error', end).on('end', end).on('close', end);

  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (filled === 0 && !ended) await new Promise<void>(resolve => (wake = resolve));
        if (filled === 0) return;
        yield buffer.subarray(0, filled);
        if (filled < SMALL_READ) await setTimeout(GATHER_MS);
        filled = 0;
        socket.resume();
      }
    } finally {
      socket.destroy();
    }
  }
  return { socket, output: chunks() };
}
