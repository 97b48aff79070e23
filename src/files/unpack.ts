// Takes compression off: gzip and zstd in this process, bzip2 and xz by the system's own programs, which nearly every
// machine has. What was cut off is noticed here, whatever the name of the file said.
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { layerDamaged, unpackerMissing } from '../problems/restore-files.ts';
import type { Packing, Unpacker } from './port.ts';
import { type FramePiece, ZstdFrames } from './zstd-frames.ts';

const CHUNK = { chunkSize: 256 * 1024 };
/** Whatever `--long` the file was made with. */
const ZSTD = { ...CHUNK, params: { [constants.ZSTD_d_windowLogMax]: 31 } };
const KEPT_STDERR = 2_000;

type Bytes = AsyncIterable<Buffer>;

/** `path`: where programs are looked for. */
export function openUnpacker(path: string): Unpacker {
  return {
    unpack(packing, packed, what) {
      if (packing === 'gzip') return gunzip(packed, what);
      if (packing === 'zstd') return unzstd(packed, what);
      return byProgram(packing, packed, what, path);
    },
  };
}

async function* gunzip(packed: Bytes, what: string): AsyncGenerator<Buffer> {
  const fed = Readable.from(copies(packed), { objectMode: false });
  const source = fed.pipe(createGunzip(CHUNK));
  fed.once('error', error => source.destroy(error));
  try {
    yield* source as Bytes;
  } catch (error) {
    throw explained('gzip', what, error);
  } finally {
    source.destroy();
    fed.destroy();
  }
}

async function* unzstd(packed: Bytes, what: string): AsyncGenerator<Buffer> {
  const frames = new ZstdFrames();
  const source = pieces(packed, frames, what)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const frame = await nextFrame(source);
      if (!frame) break;
      const fed = Readable.from(frame, { objectMode: false });
      const opened = fed.pipe(createZstdDecompress(ZSTD));
      fed.once('error', error => opened.destroy(error));
      try {
        yield* opened as Bytes;
      } catch (error) {
        throw explained('zstd', what, error);
      } finally {
        opened.destroy();
        fed.destroy();
      }
    }
    if (!frames.between) throw layerDamaged('zstd', what, 'it is cut off');
  } finally {
    await source.return?.(undefined);
  }
}

async function* pieces(packed: Bytes, frames: ZstdFrames, what: string) {
  for await (const chunk of packed) {
    const found = frames.push(Buffer.from(chunk));
    if (!found) throw layerDamaged('zstd', what, 'a frame of it is damaged, or something else follows');
    yield* found;
  }
}

/** undefined where no further frame begins. */
async function nextFrame(source: AsyncIterator<FramePiece>): Promise<AsyncIterable<Buffer> | undefined> {
  const first = await source.next();
  if (first.done) return undefined;
  return (async function* () {
    for (let next: IteratorResult<FramePiece> = first; !next.done; next = await source.next()) {
      yield next.value.bytes;
      if (next.value.last) return;
    }
  })();
}

async function* byProgram(
  program: 'bzip2' | 'xz',
  packed: Bytes,
  what: string,
  path: string,
): AsyncGenerator<Buffer> {
  const child = spawn(program, ['--decompress', '--stdout'], {
    env: { PATH: path, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  const ended = new Promise<number | NodeJS.ErrnoException>(resolve => {
    child.once('error', resolve);
    child.once('close', code => resolve(code ?? -1));
  });
  let failed: unknown;
  // A program that has found damage closes its input; what it says decides, unless what feeds it failed first.
  const fed = pipeline(Readable.from(copies(packed), { objectMode: false }), child.stdin).catch(error => {
    if (!['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(codeOf(error)))
      failed = error;
    child.kill();
  });
  try {
    yield* child.stdout as Bytes;
    const end = await ended;
    if (end instanceof Error) throw unpackerMissing(program, what);
    await fed;
    if (failed !== undefined) throw failed;
    if (end !== 0) throw layerDamaged(program, what, stderr.trim().split('\n').at(0) ?? '');
  } finally {
    child.kill();
    await ended;
  }
}

const OUR_WORDS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'it is cut off',
  Z_DATA_ERROR: 'its bytes are damaged, or something else follows',
};

/** An error of what is read stays what it is. */
function explained(packing: Packing, what: string, error: unknown): unknown {
  const code = codeOf(error);
  if (!/^Z_|^ZSTD_/.test(code)) return error;
  const said = error instanceof Error ? error.message : String(error);
  return layerDamaged(packing, what, OUR_WORDS[code] ?? said);
}

/** A buffer is lent until the next is asked for, and a stream keeps what it is given. */
async function* copies(content: Bytes): AsyncGenerator<Buffer> {
  for await (const piece of content) yield Buffer.from(piece);
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
