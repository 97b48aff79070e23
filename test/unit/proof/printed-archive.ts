// A model of what `pg_restore --section=data -f -` prints, written from its source and its real output: arbitrary tables
// with hostile names and rows, sequences, large objects, between the lines that frame them.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ScanResult } from '../../../src/proof/copy-scanner.ts';

export interface Printed {
  readonly text: Buffer;
  readonly expected: Pick<ScanResult, 'tables' | 'sequences' | 'largeObjects'>;
}

type Item = Printed['expected'] extends infer E ? { text: Buffer } & { [K in keyof E]?: E[K] } : never;

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const flat = (name: string) => name.replaceAll(/[\r\n]/g, ' ');

/** As COPY writes a value. */
export function copyField(value: string | null): string {
  if (value === null) return '\\N';
  const escapes: Record<string, string> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\b': '\\b',
  };
  return value.replaceAll(/[\\\n\r\t\b]/g, character => escapes[character] ?? character);
}

const BAIT = [
  'COPY public.fake (a) FROM stdin;',
  '\\.',
  '\n\\.\n',
  '"',
  "'",
  ';',
  '--',
  '\n',
  '\\',
  ' ',
  '.',
  'a',
];
const baited = fc.array(fc.oneof(fc.constantFrom(...BAIT), fc.string({ maxLength: 4 })), { maxLength: 6 });
/** PostgreSQL holds no NUL. */
export const hostileText = baited.map(parts => parts.join('').replaceAll('\0', ''));
const name = hostileText.map(text => `n${text}`);

const table: fc.Arbitrary<Item> = fc
  .record({
    schema: name,
    table: name,
    columns: fc.array(name, { maxLength: 3 }),
    rows: fc.array(fc.array(fc.option(hostileText), { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
    viaRoot: fc.boolean(),
    sanitized: fc.boolean(),
  })
  .map(({ schema, table, columns, rows, viaRoot, sanitized }) => {
    const target = `${identifier(schema)}.${identifier(table)}`;
    const list = columns.length === 0 ? '' : `(${columns.map(identifier).join(', ')})`;
    const data = Buffer.from(rows.map(row => `${row.map(copyField).join('\t')}\n`).join(''));
    const statement = `COPY ${target} ${list} FROM stdin;`;
    const header = `--\n-- Data for Name: ${flat(table)}; Type: TABLE DATA; Schema: ${flat(schema)}; Owner: o\n--\n\n`;
    const root = viaRoot ? `-- load via partition root ${sanitized ? flat(target) : target}\n\n` : '';
    const text = Buffer.concat([
      Buffer.from(`${header}${root}${statement}\n`),
      data,
      Buffer.from('\\.\n\n\n'),
    ]);
    const digests = { rows: rows.length, bytes: data.length, sha256: sha256(data) };
    const scanned = { statement, rawStatement: Buffer.from(statement), ...digests, viaRoot };
    return { text, tables: [scanned] };
  });

const sequence: fc.Arbitrary<Item> = fc
  .record({
    name,
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    called: fc.boolean(),
  })
  .map(sequence => ({
    text: Buffer.from(
      `--\n-- Name: ${flat(sequence.name)}; Type: SEQUENCE SET; Schema: s; Owner: o\n--\n\n` +
        `SELECT pg_catalog.setval(${literal(sequence.name)}, ${sequence.value}, ${sequence.called});\n\n\n`,
    ),
    sequences: [sequence],
  }));

const largeObject: fc.Arbitrary<Item> = fc
  .record({
    oid: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    pieces: fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 3 }),
    comment: fc.option(hostileText),
  })
  .map(({ oid, pieces, comment }) => {
    const data = Buffer.concat(pieces);
    const writes = pieces.map(
      piece => `SELECT pg_catalog.lowrite(0, '\\x${Buffer.from(piece).toString('hex')}');\n`,
    );
    const created = `SELECT pg_catalog.lo_create('${oid}');\n\n\nALTER LARGE OBJECT ${oid} OWNER TO o;\n\n`;
    const commented = comment === null ? '' : `COMMENT ON LARGE OBJECT ${oid} IS ${literal(comment)};\n\n\n`;
    const written = `BEGIN;\n\nSELECT pg_catalog.lo_open('${oid}', 131072);\n${writes.join('')}SELECT pg_catalog.lo_close(0);\n\nCOMMIT;\n\n`;
    return {
      text: Buffer.from(`${created}${commented}${written}`),
      largeObjects: [{ oid, bytes: data.length, sha256: sha256(data) }],
    };
  });

export const HEADER = `--
-- PostgreSQL database dump
--

\\restrict sgcczsje28B8WhX7dj1TDaNRv24rENtaP19OgJQSALrIXkYIjxnyHqrPzD37jEp

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;

`;
export const TRAILER = `--
-- PostgreSQL database dump complete
--

\\unrestrict sgcczsje28B8WhX7dj1TDaNRv24rENtaP19OgJQSALrIXkYIjxnyHqrPzD37jEp

`;

export const printedArchive: fc.Arbitrary<Printed> = fc
  .array(fc.oneof({ weight: 3, arbitrary: table }, sequence, largeObject), { maxLength: 6 })
  .map(items => ({
    text: Buffer.concat([Buffer.from(HEADER), ...items.map(item => item.text), Buffer.from(TRAILER)]),
    expected: {
      tables: items.flatMap(item => item.tables ?? []),
      sequences: items.flatMap(item => item.sequences ?? []),
      largeObjects: items.flatMap(item => item.largeObjects ?? []),
    },
  }));

/** One table's block alone, framed: what most tables of cases need. */
export function printBlock(statement: string, data: string): Buffer {
  return Buffer.from(`${HEADER}${statement}\n${data}\\.\n\n\n${TRAILER}`);
}
