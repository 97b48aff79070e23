// Reads a plain SQL dump from its first byte to its last: refuses what must not run, counts and hashes the rows of every
// table, and notes which places are not handed to psql. What it has let through, and nothing else, is what psql gets.
import { dumpDamaged, sqlCommand, sqlRefused } from '../problems/restore-files.ts';
import { type ArchiveRoles, rolesIn } from './archive-schema.ts';
import { CopyBlock, type RowSink } from './copy-block.ts';
import type { ScannedTable, ScanResult } from './copy-scanner.ts';
import { LargeObjectHash } from './large-object-hash.ts';
import type { LargeObjectProof, SequenceProof } from './proof.ts';
import { RowGuard } from './row-guard.ts';
import { type DumpPiece, MAX_TEXT, SqlDumpLexer } from './sql-dump-lexer.ts';
import { judgeCommand, judgeStatement, type LeftOut, readSetting } from './sql-dump-rules.ts';
import { parseStatement } from './statement.ts';
import { VIA_ROOT } from './statement-reader.ts';

/** Bytes that psql is not given, or a place at which it is given something besides. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  /**
   * `settings`: put in before a statement whose strings end elsewhere under other ones. Code inside of the dump may have
   * changed them while it ran, and psql would then take for a command what was read as part of a string.
   */
  readonly what: LeftOut | 'settings';
  readonly instead: string;
}

export interface SqlDump {
  readonly scan: ScanResult;
  readonly cuts: readonly Cut[];
  readonly roles: ArchiveRoles;
  readonly extensions: readonly string[];
  /** Qualified as written; of those that the dump itself makes. */
  readonly createdTables: ReadonlySet<string>;
  /** As PostgreSQL calls it: what the file is written in. */
  readonly encoding: string;
  /** '' where the dump doesn't say. */
  readonly serverVersion: string;
  readonly dumpVersion: string;
  /** Rows that came as INSERT: run, and not counted. */
  readonly inserts: number;
}

const LF = 0x0a;
const COMPLETE = '-- PostgreSQL database dump complete';
const TABLE =
  /^CREATE (?:UNLOGGED |FOREIGN )?TABLE (?:IF NOT EXISTS )?((?:"(?:[^"]|"")*"|[^\s".(]+)(?:\.(?:"(?:[^"]|"")*"|[^\s".(]+))?)/;
const EXTENSION = /^CREATE EXTENSION (?:IF NOT EXISTS )?("(?:[^"]|"")*"|[^\s";]+)/;

interface RowsRead {
  readonly line: number;
  begun: boolean;
  readonly statement: Buffer;
  readonly block: CopyBlock;
}

export class SqlDumpScanner {
  readonly #lexer = new SqlDumpLexer();
  readonly #tables: ScannedTable[] = [];
  readonly #sequences: SequenceProof[] = [];
  readonly #largeObjects: LargeObjectProof[] = [];
  readonly #cuts: Cut[] = [];
  readonly #skeletons = new Set<string>();
  readonly #created = new Set<string>();
  readonly #extensions = new Set<string>();
  #copy: RowsRead | undefined;
  #largeObject: LargeObjectHash | undefined;
  #viaRoot = false;
  #complete = false;
  #begun = false;
  #encoding = 'UTF8';
  #encodingSet = false;
  #serverVersion = '';
  #dumpVersion = '';
  #inserts = 0;

  readonly #sinkFor: (place: number) => RowSink | undefined;

  /** `sinkFor`: who else gets the rows of the table at that place in the dump. */
  constructor(sinkFor: (place: number) => RowSink | undefined = () => undefined) {
    this.#sinkFor = sinkFor;
  }

  get bytes(): number {
    return this.#lexer.offset;
  }

  get tablesDone(): number {
    return this.#tables.length;
  }

  /** Throws a Problem that names the line. */
  push(chunk: Buffer): void {
    if (chunk.includes(0)) throw dumpDamaged('it holds zero bytes, which no text of PostgreSQL does');
    for (let at = 0; at < chunk.length; ) {
      if (this.#copy) at = this.#readRows(this.#copy, chunk, at);
      else {
        at = this.#lexer.read(chunk, at);
        if (this.#lexer.complete) this.#take(this.#lexer.complete);
      }
    }
  }

  /** After the last chunk. Throws a Problem where the dump is not whole. */
  end(): SqlDump {
    if (this.#copy)
      throw dumpDamaged(`it breaks off in the rows of \`${this.#copy.statement.toString().slice(0, 200)}\``);
    if (!this.#complete || !this.#lexer.between)
      throw dumpDamaged(`it ends at line ${this.#lexer.line} without the last line that pg_dump writes`);
    const text = [...this.#skeletons].map(skeleton => this.#decode(Buffer.from(skeleton, 'latin1')));
    return {
      scan: {
        tables: this.#tables,
        largeObjects: this.#largeObjects,
        sequences: this.#sequences,
        rawBytes: this.#lexer.offset,
        otherStatements: this.#inserts,
      },
      cuts: this.#cuts,
      roles: rolesIn(text),
      extensions: [...this.#extensions],
      createdTables: this.#created,
      encoding: this.#encoding,
      serverVersion: this.#serverVersion,
      dumpVersion: this.#dumpVersion,
      inserts: this.#inserts,
    };
  }

  #readRows(copy: RowsRead, chunk: Buffer, at: number): number {
    const { block, statement, line } = copy;
    // psql takes the rows from the next line on, and runs the rest of this one after them.
    if (!copy.begun && chunk[at] !== LF) throw sqlRefused(line, 'COPY with more behind it on its line');
    copy.begun = true;
    const rows = block.rows;
    const to = block.read(chunk, at);
    this.#lexer.passOver(to - at, block.rows - rows);
    if (!block.ended) return to;
    // The line feed behind the statement, and `\.` on a line of its own, are no rows.
    this.#lexer.passOver(0, 2);
    this.#tables.push({
      statement: statement.toString('utf8'),
      rawStatement: statement,
      rows: block.rows,
      bytes: block.bytes,
      sha256: block.digest(),
      viaRoot: this.#viaRoot,
    });
    this.#viaRoot = false;
    this.#copy = undefined;
    return to;
  }

  #take(piece: DumpPiece): void {
    if (piece.kind === 'comment') {
      this.#takeComment(piece);
      return;
    }
    this.#complete &&= piece.kind === 'command';
    this.#begun ||= piece.kind === 'statement';
    const text = piece.text.toString('latin1').replace(/\n$/, '');
    if (piece.kind === 'command') {
      const verdict = judgeCommand(text);
      if (verdict?.is !== 'left-out') throw sqlCommand(piece.line, text.slice(0, 80));
      this.#cuts.push({ from: piece.from, to: piece.to, what: verdict.what, instead: '' });
      return;
    }
    const skeleton = piece.skeleton.toString('latin1').replace(/\s+/g, ' ').trim();
    const verdict = judgeStatement(skeleton, text);
    if (verdict.is === 'refused') throw sqlRefused(piece.line, verdict.why);
    if (verdict.is === 'left-out') {
      this.#cuts.push({ from: piece.from, to: piece.to, what: verdict.what, instead: '' });
      return;
    }
    if (piece.delicate)
      this.#cuts.push({ from: piece.from, to: piece.from, what: 'settings', instead: this.#settings() });
    this.#learn(piece, text, skeleton);
  }

  #takeComment({ text: bytes, line }: DumpPiece): void {
    const text = bytes.toString('latin1').trimEnd();
    if (!text.startsWith('--')) throw sqlRefused(line, 'something that is no statement');
    if (text === COMPLETE) this.#complete = true;
    if (text.startsWith(VIA_ROOT)) this.#viaRoot = true;
    // Only before the first statement are comments certainly pg_dump's own.
    if (this.#begun) return;
    this.#serverVersion = /^-- Dumped from database version (.+)$/.exec(text)?.[1] ?? this.#serverVersion;
    this.#dumpVersion = /^-- Dumped by pg_dump version (.+)$/.exec(text)?.[1] ?? this.#dumpVersion;
  }

  #learn({ text: bytes, line }: DumpPiece, text: string, skeleton: string): void {
    if (skeleton.startsWith('COPY ')) {
      const guard = new RowGuard(line, this.#sinkFor(this.#tables.length));
      this.#copy = { line, begun: false, statement: Buffer.from(bytes), block: new CopyBlock(guard) };
    } else if (skeleton.startsWith('INSERT ')) this.#inserts += 1;
    else if (skeleton.startsWith('SELECT ')) this.#learnData(bytes);
    else if (skeleton.startsWith('SET ')) this.#learnSetting(text);
    else {
      const table = TABLE.exec(skeleton)?.[1];
      if (table !== undefined) this.#created.add(table);
      const extension = EXTENSION.exec(skeleton)?.[1];
      if (extension !== undefined)
        this.#extensions.add(this.#decode(Buffer.from(extension, 'latin1')).replace(/^"|"$/g, ''));
      if (/^(?:ALTER|GRANT|REVOKE|CREATE (?:POLICY|USER MAPPING))\b/.test(skeleton))
        this.#skeletons.add(skeleton);
    }
  }

  #learnSetting(text: string): void {
    const { name, value } = readSetting(text) ?? {};
    if (name === 'standard_conforming_strings') this.#lexer.escapes = value === 'off';
    if (name === 'client_encoding' && value !== undefined)
      [this.#encoding, this.#encodingSet] = [value, true];
    const [, role] = /^SET SESSION AUTHORIZATION '([^']*)';$/.exec(text) ?? [];
    if (role !== undefined) this.#skeletons.add(`SET SESSION AUTHORIZATION "${role}";`);
  }

  #learnData(bytes: Buffer): void {
    const statement = parseStatement(bytes.subarray(0, MAX_TEXT), this.#lexer.escapes);
    if (statement.kind === 'sequence') this.#sequences.push(statement.sequence);
    else if (statement.kind === 'open-large-object') this.#largeObject = new LargeObjectHash(statement.oid);
    else if (statement.kind === 'write-large-object') this.#largeObject?.write(statement.data);
    else if (statement.kind === 'close-large-object' && this.#largeObject) {
      this.#largeObjects.push(this.#largeObject.end());
      this.#largeObject = undefined;
    }
  }

  #settings(): string {
    const encoding = this.#encodingSet ? `SET client_encoding = '${this.#encoding}';\n` : '';
    return `\n${encoding}SET standard_conforming_strings = ${this.#lexer.escapes ? 'off' : 'on'};\n`;
  }

  #decode(bytes: Buffer): string {
    return bytes.toString(/^(?:UTF8|UNICODE)$/i.test(this.#encoding) ? 'utf8' : 'latin1');
  }
}
