// The one pass over an archive that lies in the store: its bytes are hashed as stored and as dumped, listed and decoded
// whole by pg_restore. Nothing is written to disk, memory is flat, and whatever fails, the stored bytes are hashed to
// their end: whether they changed is what explains everything else.
import { createHash } from 'node:crypto';
import type { Manifest } from '../../backups/manifest.ts';
import type { ArchiveTools, ClientFacts, ToolFilter } from '../../postgres/port.ts';
import { Problem } from '../../problems/problem.ts';
import { plainBytesDiffer } from '../../problems/verify.ts';
import type { DecodedArchive } from '../../proof/compare-archive.ts';
import { CopyScanner } from '../../proof/copy-scanner.ts';
import { parseDefinitions, proveSchema } from '../../proof/definitions.ts';
import { orAborted } from '../or-aborted.ts';

export interface Decoding {
  /** Decrypted where the backup is encrypted. */
  readonly plain: AsyncIterable<Buffer>;
  readonly manifest: Manifest;
  readonly client: ClientFacts;
  readonly postgres: ArchiveTools;
  readonly signal: AbortSignal;
}

/** What was decoded, or the first of the causes why it could not be. Rejects on cancel, every part stopped. */
export async function decodeArchive(
  decoding: Decoding,
): Promise<{ readonly ok: DecodedArchive } | { readonly not: Problem }> {
  const { postgres, client, manifest, plain, signal } = decoding;
  const list = postgres.listArchive(client);
  const define = postgres.defineArchive(client);
  const decode = postgres.decodeArchive(client);
  try {
    const [fed, toc, defined, scan] = await orAborted(
      Promise.all([
        attempt(() => feed(plain, manifest, [list, define, decode])),
        attempt(() => readWhole(list), list),
        attempt(() => readWhole(define), define),
        attempt(() => readRows(decode), decode),
      ]),
      signal,
    );
    // What the tools say of bytes that were cut off or are not those of the dump explains nothing.
    if ('not' in fed) return fed;
    if ('not' in toc) return toc;
    if ('not' in defined) return defined;
    if ('not' in scan) return scan;
    const schema = proveSchema(parseDefinitions(defined.ok.toString('latin1')));
    return { ok: { toc: toc.ok.toString('utf8'), scan: scan.ok, schema } };
  } finally {
    await Promise.all([list.stop(), define.stop(), decode.stop()]);
  }
}

async function feed(
  plain: AsyncIterable<Buffer>,
  { archive }: Manifest,
  tools: readonly ToolFilter[],
): Promise<void> {
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of plain) {
      digest.update(chunk);
      bytes += chunk.length;
      await Promise.all(tools.map(tool => tool.write(chunk)));
    }
  } finally {
    // Whole or not: the tools come to their end, and so do those who read what they print.
    for (const tool of tools) tool.end();
  }
  if (bytes !== archive.plainBytes || digest.digest('hex') !== archive.plainSha256)
    throw plainBytesDiffer(archive.key);
}

async function readWhole(tool: ToolFilter): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of tool.output) pieces.push(Buffer.from(piece));
  await tool.done;
  return Buffer.concat(pieces);
}

async function readRows(decode: ToolFilter) {
  const scanner = new CopyScanner();
  for await (const piece of decode.output) scanner.push(piece);
  await decode.done;
  return scanner.end();
}

/** A Problem is an answer here. A tool whose output nobody reads on is stopped: it would wait for ever. */
async function attempt<T>(
  work: () => Promise<T>,
  unread?: ToolFilter,
): Promise<{ readonly ok: T } | { readonly not: Problem }> {
  try {
    return { ok: await work() };
  } catch (problem) {
    await unread?.stop();
    if (!(problem instanceof Problem)) throw problem;
    return { not: problem };
  }
}
