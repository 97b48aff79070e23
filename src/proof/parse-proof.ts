// Reads a proof back. Its SHA-256 stands in the manifest and is checked by the caller; this refuses what no version of
// this program can have written.
import {
  boolean,
  integer,
  list,
  Misread,
  nullable,
  object,
  oneOf,
  type Reader,
  string,
} from '../backups/fields.ts';
import { type JsonLimits, readJson } from '../backups/read-json.ts';
import { proofUnreadable } from '../problems/proof.ts';
import type { Proof, SchemaProof } from './proof.ts';

/** A hundred thousand tables come to about 50 MiB with the table of contents. */
export const PROOF_LIMITS: JsonLimits = { maxBytes: 256 * 1024 * 1024, maxDepth: 8 };

const sha256 = string(/^[0-9a-f]{64}$/);

/** The one text that may be long. */
const toc: Reader<string> = (value, path) => {
  if (typeof value !== 'string') throw new Misread(`\`${path}\` is not a text`);
  return value;
};

const OLDER_FIELDS: { readonly [K in keyof Omit<Proof, 'schema'>]: Reader<Proof[K]> } = {
  format: oneOf(1),
  tables: list(
    object<Proof['tables'][number]>({
      oid: integer,
      name: string(),
      rows: integer,
      bytes: integer,
      sha256,
      counted: nullable(integer),
      extensionCondition: nullable(string()),
      viaRoot: boolean,
    }),
  ),
  largeObjects: list(object<Proof['largeObjects'][number]>({ oid: integer, bytes: integer, sha256 })),
  sequences: list(
    object<Proof['sequences'][number]>({ name: string(), value: string(/^-?\d+$/), called: boolean }),
  ),
  toc,
  validity: object<Proof['validity']>({
    invalidIndexes: list(string()),
    notValidConstraints: list(string()),
    disabledTriggers: list(string()),
  }),
};

const readNewer = object<Proof>({
  ...OLDER_FIELDS,
  schema: object<SchemaProof>({ statements: integer, sha256 }),
});
const readOlder = object<Omit<Proof, 'schema'>>(OLDER_FIELDS);

const readProof: Reader<Proof> = (value, path) =>
  typeof value === 'object' && value !== null && 'schema' in value
    ? readNewer(value, path)
    : { ...readOlder(value, path), schema: null };

/** Throws a Problem; `key` is where the bytes were found. */
export function parseProof(bytes: Uint8Array, key: string): Proof {
  const json = readJson(bytes, PROOF_LIMITS);
  if ('not' in json) throw proofUnreadable(key, json.not);
  try {
    return readProof(json.ok, '');
  } catch (error) {
    if (error instanceof Misread) throw proofUnreadable(key, error.message);
    throw error;
  }
}
