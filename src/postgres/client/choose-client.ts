// Decides which client serves a server: what is there, what is worth fetching, and what will do if that fails. Pure.

import { versionTooOld } from '../../problems/client.ts';
import { clientTooOld } from '../../problems/postgres.ts';
import type { ClientFacts } from '../port.ts';

export interface ClientWish {
  readonly serverMajor: number;
  /** `postgres-version`. */
  readonly version: number | 'auto';
  /** What `compression` asks for: zstd by its name, zstd where it can be had (`auto`), or something else. */
  readonly zstd: 'required' | 'preferred' | 'no';
}

export type Choice =
  | { readonly use: ClientFacts }
  | {
      /** Majors to fetch, the best first: the next is for where a repository does not have the one before. */
      readonly fetch: readonly number[];
      readonly otherwise: ClientFacts | undefined;
    };

/** The first that compresses with zstd, and the last whose archives servers from 13 on take without an error. */
const ZSTD_MAJOR = 16;

/** `found`: newest first. */
export function chooseClient(found: readonly ClientFacts[], wish: ClientWish): Choice {
  const { serverMajor, version } = wish;
  if (version !== 'auto') {
    if (version < serverMajor) throw versionTooOld(version, serverMajor);
    const same = found.find(({ major }) => major === version);
    return same ? { use: same } : { fetch: [version], otherwise: undefined };
  }
  const same = found.find(({ major }) => major === serverMajor);
  const otherwise = secondBest(found, serverMajor);
  if (serverMajor >= ZSTD_MAJOR || wish.zstd === 'no')
    return same ? { use: same } : { fetch: [serverMajor], otherwise };
  const zstd = found.find(client => client.major === ZSTD_MAJOR && client.zstd);
  if (zstd) return { use: zstd };
  // Speed alone is not worth a download, as long as the server's own major is there.
  if (same && wish.zstd === 'preferred') return { use: same };
  return { fetch: [ZSTD_MAJOR, ...(wish.zstd === 'preferred' ? [serverMajor] : [])], otherwise };
}

/** For `postgres-bin`, where there is nothing to choose from. */
export function checkGiven(client: ClientFacts, serverMajor: number): ClientFacts {
  if (client.major < serverMajor) throw clientTooOld(serverMajor, [client.version]);
  return client;
}

/** The nearest newer one; majors up to 16 write nothing that an older server refuses, later ones do. */
function secondBest(found: readonly ClientFacts[], serverMajor: number): ClientFacts | undefined {
  return found.toReversed().find(({ major }) => major >= serverMajor);
}

/** Whether a restore into the server's own major reports an error: `SET transaction_timeout`, new in 17. */
export function writesTooMuch(clientMajor: number, serverMajor: number): boolean {
  return clientMajor > ZSTD_MAJOR && serverMajor <= ZSTD_MAJOR;
}

/**
 * The nearest client that reads what pg_dump of `writtenBy` wrote and writes nothing that a server of `targetMajor`
 * refuses; undefined where none of these does.
 */
export function chooseRestoreClient(
  found: readonly ClientFacts[],
  targetMajor: number,
  writtenBy: number,
): ClientFacts | undefined {
  return found
    .toReversed()
    .find(({ major }) => major >= Math.max(targetMajor, writtenBy) && !writesTooMuch(major, targetMajor));
}
