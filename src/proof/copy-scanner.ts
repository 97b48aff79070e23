// Takes the proof out of what `pg_restore --section=data -f -` prints: rows and SHA-256 of every table's COPY data,
// large objects, sequence values. That output alone can be trusted: the whole of a dump also holds function bodies and
// comments, in which a line may look like COPY; here everything outside of rows and quotes is pg_restore's own.
import { archiveTruncated, statementMalformed } from '../problems/proof.ts';
import { CopyBlock, type RowSink } from './copy-block.ts';
import { LargeObjectHash } from './large-object-hash.ts';
import type { LargeObjectProof, SequenceProof } from './proof.ts';
import { parseStatement, type Statement } from './statement.ts';
import { StatementReader } from './statement-reader.ts';

export interface ScannedTable {
  /** The COPY statement as printed. Names the partition root, not the table, where `viaRoot`. */
  readonly statement: string;
  /** The same as bytes: names stand in the encoding of the database. */
  readonly rawStatement: Buffer;
  readonly rows: number;
  /** Of the COPY text, line feeds included. */
  readonly bytes: number;
  /** Lower-case hex, of the same text. */
  readonly sha256: string;
  readonly viaRoot: boolean;
}

export interface ScanResult {
  /** In the archive's order, as are the others. */
  readonly tables: readonly ScannedTable[];
  readonly largeObjects: readonly LargeObjectProof[];
  readonly sequences: readonly SequenceProof[];
  /** Everything that was read. */
  readonly rawBytes: number;
  /** Statements that pg_restore does not print for an archive of ours, e.g. INSERT: passed over, but told. */
  readonly otherStatements: number;
}

export class CopyScanner {
  /** For the progress line. */
  tablesDone = 0;
  bytes = 0;
  readonly #reader = new StatementReader();
  readonly #tables: ScannedTable[] = [];
  readonly #largeObjects: LargeObjectProof[] = [];
  readonly #sequences: SequenceProof[] = [];
  readonly #sinkFor: (place: number) => RowSink | undefined;
  #copy: { readonly statement: Buffer; readonly block: CopyBlock } | undefined;
  #largeObject: LargeObjectHash | undefined;
  #otherStatements = 0;
  #viaRoot = false;
  #backslashes = false;
  #complete = false;

  /** `sinkFor`: who else gets the rows of the table at that place in the archive. */
  constructor(sinkFor: (place: number) => RowSink | undefined = () => undefined) {
    this.#sinkFor = sinkFor;
  }

  /** Chunks may be cut anywhere. The buffer is the caller's again afterwards. Throws a Problem for malformed output. */
  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      if (this.#copy) {
        at = this.#copy.block.read(chunk, at);
        if (this.#copy.block.ended) this.#endCopy(this.#copy);
      } else {
        at = this.#reader.read(chunk, at);
        if (this.#reader.complete) this.#take(parseStatement(this.#reader.complete, this.#backslashes));
      }
    }
  }

  /** After the last chunk. Throws a Problem if the output is not whole. */
  end(): ScanResult {
    if (this.#copy)
      throw archiveTruncated(`in the rows of \`${this.#copy.statement.toString('utf8').slice(0, 200)}\``);
    if (this.#largeObject) throw archiveTruncated(`in large object ${this.#largeObject.oid}`);
    if (!this.#complete || !this.#reader.between) throw archiveTruncated(`after ${this.bytes} bytes`);
    return {
      tables: this.#tables,
      largeObjects: this.#largeObjects,
      sequences: this.#sequences,
      rawBytes: this.bytes,
      otherStatements: this.#otherStatements,
    };
  }

  #take(statement: Statement): void {
    switch (statement.kind) {
      case 'copy':
        this.#copy = { statement: statement.text, block: new CopyBlock(this.#sinkFor(this.#tables.length)) };
        break;
      case 'sequence':
        this.#sequences.push(statement.sequence);
        break;
      case 'open-large-object':
        this.#largeObject = new LargeObjectHash(statement.oid);
        break;
      case 'write-large-object':
        this.#openLargeObject().write(statement.data);
        break;
      case 'close-large-object':
        this.#largeObjects.push(this.#openLargeObject().end());
        this.#largeObject = undefined;
        break;
      case 'via-root':
        this.#viaRoot = true;
        break;
      case 'backslashes':
        this.#backslashes = statement.doubled;
        break;
      case 'end':
        this.#complete = true;
        break;
      case 'other':
        this.#otherStatements += 1;
        break;
      case 'frame':
        break;
    }
  }

  #endCopy({ statement, block }: { statement: Buffer; block: CopyBlock }): void {
    const { rows, bytes } = block;
    this.#tables.push({
      statement: statement.toString('utf8'),
      rawStatement: statement,
      rows,
      bytes,
      sha256: block.digest(),
      viaRoot: this.#viaRoot,
    });
    this.#copy = undefined;
    this.#viaRoot = false;
    this.tablesDone += 1;
  }

  #openLargeObject(): LargeObjectHash {
    if (!this.#largeObject) throw statementMalformed('lowrite or lo_close without lo_open');
    return this.#largeObject;
  }
}
