// The one pass over the data: pg_dump's bytes go to the store (through encryption where it is set) and at the same time
// through `pg_restore --list`, its definitions and a full decode, from which rows and digests are taken; the rows are counted meanwhile
// in the same snapshot. Memory is flat, no disk is used, and nothing becomes visible here: the caller completes the
// upload, and only after every check held.
import { createHash } from 'node:crypto';
import type { Instant } from '../../backups/instant.ts';
import type { Encryption } from '../../encryption/port.ts';
import type { ClientFacts, Postgres, Snapshot, Source, ToolFilter } from '../../postgres/port.ts';
import { CopyScanner, type ScanResult } from '../../proof/copy-scanner.ts';
import { parseDefinitions, proveSchema } from '../../proof/definitions.ts';
import type { SchemaProof } from '../../proof/proof.ts';
import type { Log } from '../../reports/log.ts';
import type { Upload } from '../../storage/port.ts';
import { orAborted } from '../or-aborted.ts';
import { RunAhead } from './run-ahead.ts';

export interface StreamParts {
  readonly postgres: Postgres;
  readonly source: Source;
  readonly client: ClientFacts;
  readonly snapshot: Snapshot;
  readonly compression: string;
  readonly lockWaitTimeoutMs: number;
  readonly counts: boolean;
  readonly encryption: Encryption | null;
  readonly upload: Upload;
  readonly log: Log;
  now(): Instant;
  readonly signal: AbortSignal;
}

export interface Streamed {
  readonly plainBytes: number;
  readonly plainSha256: string;
  readonly storedBytes: number;
  readonly storedSha256: string;
  /** What `pg_restore --list` printed. */
  readonly toc: string;
  readonly scan: ScanResult;
  readonly schema: SchemaProof;
  /** By table OID; empty where counts are off. */
  readonly counts: ReadonlyMap<number, number>;
  readonly warnings: readonly string[];
}

/**
 * Rejects with the first Problem of any part, after every part has been stopped: a failed upload makes pg_dump fail
 * too, and it is the upload's error that helps.
 */
export async function streamArchive(parts: StreamParts): Promise<Streamed> {
  const { postgres, client, source, snapshot, upload, signal } = parts;
  const dump = source.dump(client, snapshot, parts);
  const list = postgres.listArchive(client);
  const define = postgres.defineArchive(client);
  const decode = postgres.decodeArchive(client);
  const sealer = (await parts.encryption?.sealer()) ?? null;
  const decoder = new RunAhead(bytes => decode.write(bytes));
  const scanner = new CopyScanner();
  const plain = createHash('sha256');
  // Without encryption what is stored is what was dumped: one digest serves for both.
  const stored = sealer ? createHash('sha256') : null;
  const bytes = { plain: 0, stored: 0 };
  const startedAt = parts.now();

  const store = async (sealed: Buffer) => {
    stored?.update(sealed);
    bytes.stored += sealed.length;
    await upload.write(sealed);
  };
  const pump = async () => {
    for await (const chunk of dump.output) {
      signal.throwIfAborted();
      plain.update(chunk);
      bytes.plain += chunk.length;
      await Promise.all([
        list.write(chunk),
        define.write(chunk),
        decoder.write(chunk),
        store(sealer ? sealer.update(chunk) : chunk),
      ]);
      parts.log.progress({
        what: 'Dumping',
        bytes: bytes.plain,
        tablesDone: scanner.tablesDone,
        tables: snapshot.tables.length,
        elapsedMs: parts.now() - startedAt,
      });
    }
    // The end of the output says nothing; only the exit status says that the dump is whole.
    const { warnings } = await dump.done;
    if (sealer) await store(sealer.finish());
    list.end();
    define.end();
    decode.end();
    return warnings;
  };
  const readWhole = async (tool: ToolFilter) => {
    const pieces: Buffer[] = [];
    for await (const piece of tool.output) pieces.push(Buffer.from(piece));
    await tool.done;
    return Buffer.concat(pieces);
  };
  const scan = async () => {
    for await (const piece of decode.output) scanner.push(piece);
    await decode.done;
    return scanner.end();
  };
  const count = async () => {
    const counts = new Map<number, number>();
    if (parts.counts) for (const table of snapshot.tables) counts.set(table.oid, await snapshot.count(table));
    return counts;
  };

  try {
    const [warnings, toc, defined, scanned, counts] = await orAborted(
      Promise.all([pump(), readWhole(list), readWhole(define), scan(), count()]),
      signal,
    );
    const plainSha256 = plain.digest('hex');
    return {
      plainBytes: bytes.plain,
      plainSha256,
      storedBytes: bytes.stored,
      storedSha256: stored?.digest('hex') ?? plainSha256,
      toc: toc.toString('utf8'),
      scan: scanned,
      // Not before the end: the lexer would hold up what streams.
      schema: proveSchema(parseDefinitions(defined.toString('latin1'))),
      counts,
      warnings,
    };
  } catch (error) {
    await Promise.all([dump.stop(), list.stop(), define.stop(), decode.stop(), snapshot.close()]);
    throw error;
  }
}
