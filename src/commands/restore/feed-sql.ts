// What psql is given of a plain SQL dump: the bytes that were scanned, without those that the scanner leaves out.
import { createHash } from 'node:crypto';
import { fileChanged } from '../../problems/restore-files.ts';
import type { ForeignSql } from './obtain.ts';

/** The first server that knows `transaction_timeout`. */
const TRANSACTION_TIMEOUT = 17;

/** Rejects at the end where these are not the bytes that were scanned: psql then has nothing committed. */
export async function* feedSql(
  sql: ForeignSql,
  { path, serverMajor }: { readonly path: string; readonly serverMajor: number },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const cuts = sql.cuts.filter(
    ({ what }) => what !== 'transaction-timeout' || serverMajor < TRANSACTION_TIMEOUT,
  );
  const digest = createHash('sha256');
  let offset = 0;
  let next = 0;
  for await (const piece of sql.read(signal)) {
    digest.update(piece);
    let at = 0;
    for (let cut = cuts[next]; cut && cut.from < offset + piece.length; cut = cuts[next]) {
      if (cut.from > offset + at) yield piece.subarray(at, cut.from - offset);
      at = Math.min(piece.length, cut.to - offset);
      if (cut.to > offset + piece.length) break;
      if (cut.instead !== '') yield Buffer.from(cut.instead);
      next += 1;
    }
    if (at < piece.length) yield piece.subarray(at);
    offset += piece.length;
  }
  if (digest.digest('hex') !== sql.sha256) throw fileChanged(path);
}
