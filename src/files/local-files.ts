// The local files themselves: looked at, and read from their beginning.
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileUnreadable } from '../problems/restore-files.ts';
import type { LocalFile, LocalFiles, LocalFolder } from './port.ts';

const READ_BYTES = 1024 * 1024;

export function openLocalFiles(): LocalFiles {
  return {
    look: path => told(path, () => look(path)),
    async *read(path, bytes) {
      const end = bytes === undefined ? {} : { end: bytes - 1 };
      try {
        yield* createReadStream(path, { highWaterMark: READ_BYTES, ...end }) as AsyncIterable<Buffer>;
      } catch (error) {
        throw codeOf(error) === '' ? error : fileUnreadable(path, codeOf(error));
      }
    },
    readSmall: (path, maxBytes) => readSmall(path, maxBytes),
  };
}

async function look(path: string): Promise<LocalFile | LocalFolder> {
  const found = await stat(path, { bigint: true });
  const whole = { path, bytes: Number(found.size), modifiedAt: Number(found.mtimeMs) };
  if (found.isFile()) return { kind: 'file', ...whole, changed: traceOf(found) };
  if (!found.isDirectory()) throw fileUnreadable(path, 'it is neither a file nor a folder');
  const names = (await readdir(path)).sort();
  const inside = await Promise.all(
    names.map(async name => {
      const file = join(path, name);
      return { name, path: file, found: await stat(file, { bigint: true }) };
    }),
  );
  const files = inside.filter(file => file.found.isFile());
  return {
    kind: 'folder',
    path,
    bytes: files.reduce((sum, file) => sum + Number(file.found.size), 0),
    modifiedAt: Math.max(whole.modifiedAt, ...files.map(file => Number(file.found.mtimeMs))),
    changed: files.map(file => `${file.name} ${traceOf(file.found)}`).join('\n'),
    files: files.map(file => ({ name: file.name, path: file.path, bytes: Number(file.found.size) })),
  };
}

function traceOf(found: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

async function readSmall(path: string, maxBytes: number): Promise<Buffer | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  try {
    const found = await handle?.stat();
    return handle && found?.isFile() && found.size <= maxBytes ? await handle.readFile() : undefined;
  } finally {
    await handle?.close();
  }
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw codeOf(error) === '' ? error : fileUnreadable(path, codeOf(error));
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : '';
}
