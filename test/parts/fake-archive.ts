// The fake server's archives: a format of their own, and what pg_restore would print for them, in the very words of
// PostgreSQL 16. A checksum over each entry stands in for gzip's.
import { crc32 } from 'node:zlib';

export interface FakeTable {
  readonly oid: number;
  /** Qualified and quoted as PostgreSQL prints it. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Each a line of COPY text without its line feed. */
  rows: string[];
}

/** What a database holds at one moment. */
export interface FakeContents {
  readonly tables: readonly FakeTable[];
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly called: boolean }[];
  readonly largeObjects: readonly { readonly oid: number; readonly data: Buffer }[];
}

const MAGIC = 'FAKEDUMP 1';
const END = 'END';

/** Lines of the head, then entries of `<bytes> <crc32>` and their text, then the end. */
export function writeArchive(contents: FakeContents, database: string): Buffer {
  const entries = entriesOf(contents).map(text => Buffer.from(text));
  const head = Buffer.from(`${MAGIC}\n${JSON.stringify(tocOf(contents, database))}\n`);
  const body = entries.flatMap(entry => [
    Buffer.from(`${entry.length} ${crc32(entry)}\n`),
    entry,
    Buffer.from('\n'),
  ]);
  return Buffer.concat([head, ...body, Buffer.from(`${END}\n`)]);
}

/** What `pg_restore --list` prints, as soon as the head is there: it never looks further. */
export function readToc(archive: Buffer): { readonly toc: string } | { readonly not: string } | undefined {
  const magicEnd = archive.indexOf('\n');
  const headEnd = magicEnd === -1 ? -1 : archive.indexOf('\n', magicEnd + 1);
  if (headEnd === -1) return undefined;
  if (archive.toString('utf8', 0, magicEnd) !== MAGIC)
    return { not: 'input file does not appear to be a valid archive' };
  try {
    return { toc: String(JSON.parse(archive.toString('utf8', magicEnd + 1, headEnd))) };
  } catch {
    return { not: 'unexpected data offset flag 0' };
  }
}

/** What `pg_restore --section=data -f -` prints, and what ended it before the archive did. */
export function decodeArchive(archive: Buffer): { readonly sql: string; readonly not?: string } {
  const cut = 'could not read from input file: end of file';
  const toc = readToc(archive);
  if (toc === undefined) return { sql: '', not: cut };
  if ('not' in toc) return { sql: '', not: toc.not };
  let at = archive.indexOf('\n', archive.indexOf('\n') + 1) + 1;
  let sql = HEADER;
  while (at < archive.length) {
    const lineEnd = archive.indexOf('\n', at);
    if (lineEnd === -1) break;
    const line = archive.toString('latin1', at, lineEnd);
    if (line === END) return { sql: sql + TRAILER };
    const [, bytes, checksum] = /^(\d+) (\d+)$/.exec(line) ?? [];
    if (bytes === undefined) return { sql, not: 'found unexpected block ID (0) when reading data' };
    const entry = archive.subarray(lineEnd + 1, lineEnd + 1 + Number(bytes));
    if (entry.length < Number(bytes)) break;
    if (crc32(entry) !== Number(checksum))
      return { sql, not: 'could not uncompress data: incorrect data check' };
    sql += entry.toString('utf8');
    at = lineEnd + 1 + entry.length + 1;
  }
  return { sql, not: cut };
}

/** What `pg_restore --schema-only -f -` prints of an archive with this table of contents. */
export function definitionsOf(toc: string): string {
  const tables = [...toc.matchAll(/^\d+; 1259 \d+ TABLE (.*) postgres$/gm)];
  return (
    HEADER +
    tables.map(([, name]) => `CREATE TABLE ${(name ?? '').replace(' ', '.')} ();\n\n\n`).join('') +
    TRAILER
  );
}

function tocOf({ tables, sequences, largeObjects }: FakeContents, database: string): string {
  let id = 200;
  const entry = (rest: string) => {
    id += 1;
    return `${id}; ${rest} postgres`;
  };
  const flat = (name: string) => name.replaceAll('"', '').replaceAll('\n', ' ').replace('.', ' ');
  const entries = [
    ...tables.map(({ oid, name }) => entry(`1259 ${oid} TABLE ${flat(name)}`)),
    ...largeObjects.map(({ oid }) => entry(`2613 ${oid} BLOB - ${oid}`)),
    ...tables.map(({ oid, name }) => entry(`0 ${oid} TABLE DATA ${flat(name)}`)),
    ...sequences.map(({ name }) => entry(`0 0 SEQUENCE SET ${flat(name)}`)),
    ...(largeObjects.length > 0 ? ['2550; 0 0 BLOBS - BLOBS '] : []),
  ];
  return `;
; Archive created at 2026-11-21 03:17:00 UTC
;     dbname: ${database}
;     TOC Entries: ${entries.length + 3}
;     Compression: gzip
;     Dump Version: 1.15-0
;     Format: CUSTOM
;     Integer: 4 bytes
;     Offset: 8 bytes
;     Dumped from database version: 16.15
;     Dumped by pg_dump version: 16.15
;
;
; Selected TOC Entries:
;
${entries.map(line => `${line}\n`).join('')}`;
}

function entriesOf({ tables, sequences, largeObjects }: FakeContents): string[] {
  const object = ({ oid, data }: FakeContents['largeObjects'][number]) =>
    `SELECT pg_catalog.lo_open('${oid}', 131072);\nSELECT pg_catalog.lowrite(0, '\\x${data.toString('hex')}');\nSELECT pg_catalog.lo_close(0);\n\n`;
  return [
    ...tables.map(({ name, columns, rows }) => {
      const list = columns.length === 0 ? '' : `(${columns.join(', ')})`;
      const data = rows.map(row => `${row}\n`).join('');
      return `--\n-- Data for Name: ${name.replaceAll('\n', ' ')}; Type: TABLE DATA; Schema: public; Owner: postgres\n--\n\nCOPY ${name} ${list} FROM stdin;\n${data}\\.\n\n\n`;
    }),
    ...sequences.map(
      ({ name, value, called }) =>
        `--\n-- Name: ${name}; Type: SEQUENCE SET; Schema: public; Owner: postgres\n--\n\nSELECT pg_catalog.setval('${name.replaceAll("'", "''")}', ${value}, ${called});\n\n\n`,
    ),
    ...(largeObjects.length > 0
      ? [
          `--\n-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -\n--\n\nBEGIN;\n\n${largeObjects.map(object).join('')}COMMIT;\n\n`,
        ]
      : []),
  ];
}

const HEADER = `--
-- PostgreSQL database dump
--

\\restrict FakeRestrictKey0123456789

-- Dumped from database version 16.15
-- Dumped by pg_dump version 16.15

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

`;

const TRAILER = `--
-- PostgreSQL database dump complete
--

\\unrestrict FakeRestrictKey0123456789

`;
