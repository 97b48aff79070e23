// Where the files of a package repository come from: its address, or what an earlier run kept. Neither is believed;
// repository.ts checks every byte in the same way.
import { setTimeout } from 'node:timers/promises';
import { repositoryUnreachable, repositoryUntrusted } from '../../problems/client.ts';
import { Problem } from '../../problems/problem.ts';

export interface Supply {
  /** For people. */
  readonly place: string;
  /** Rejects where there is no such file, or it is larger than `limit` bytes. */
  read(path: string, limit: number): Promise<Buffer>;
}

/** By path below the repository's address. */
export type Files = ReadonlyMap<string, Buffer>;

const TIMEOUT_MS = 120_000;
const PAUSE_MS = 1_000;

/** No redirects are followed; a request that fails is tried once more. */
export function repositoryAt(address: string, signal: AbortSignal | undefined): Supply {
  const base = address.replace(/\/+$/, '');
  return {
    place: base,
    async read(path, limit) {
      const url = `${base}/${path.split('/').map(encodeURIComponent).join('/')}`;
      try {
        return await get(url, limit, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Problem && error.kind === 'integrity') throw error;
        await setTimeout(PAUSE_MS, undefined, { signal });
        return await get(url, limit, signal);
      }
    },
  };
}

export function keptFiles(files: Files): Supply {
  return {
    place: 'the cache',
    async read(path, limit) {
      const file = files.get(path);
      if (!file) throw repositoryUnreachable(path, 'it was not kept');
      if (file.length > limit) throw repositoryUntrusted(`${path} from the cache`, 'it is too large');
      return file;
    },
  };
}

async function get(url: string, limit: number, signal: AbortSignal | undefined): Promise<Buffer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { 'user-agent': 'pg-backup-action' },
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw repositoryUnreachable(url, `it answered ${response.status}`);
    }
    for await (const piece of response.body) {
      bytes += piece.length;
      if (bytes > limit)
        throw repositoryUntrusted(url, `it is larger than the ${limit} bytes it should have`);
      pieces.push(Buffer.from(piece));
    }
    return Buffer.concat(pieces);
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Problem ? error : repositoryUnreachable(url, reason(error));
  }
}

/** fetch hides what happened in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
