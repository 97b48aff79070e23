// Reads a JSON value into a type, field by field: every field that the type names must be there and of its kind, and
// what the type doesn't name is refused unless the caller says otherwise. TypeScript checks reader against type.
import { parseInstant } from './instant.ts';

/** Gives the value back as its type or throws `Misread`. `path` says where it stands, e.g. `archive.bytes`. */
export type Reader<T> = (value: unknown, path: string) => T;

/** Why a value doesn't fit its type, as half a sentence: "`archive.bytes` is not a whole number". */
export class Misread extends Error {}

/** Longer than anything we write, shorter than anything that could hurt a log. */
const MAX_STRING = 16 * 1024;

export function string(pattern?: RegExp): Reader<string> {
  return (value, path) => {
    if (typeof value !== 'string') throw new Misread(`\`${path}\` is not a text`);
    if (value.length > MAX_STRING) throw new Misread(`\`${path}\` is longer than ${MAX_STRING} characters`);
    if (!value.isWellFormed()) throw new Misread(`\`${path}\` holds half a character`);
    if (pattern && !pattern.test(value)) throw new Misread(`\`${path}\` is not of the form it must have`);
    return value;
  };
}

/** ISO 8601 in UTC with whole seconds. */
export const instant: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || parseInstant(value) === undefined) {
    throw new Misread(`\`${path}\` is not an instant in UTC`);
  }
  return value;
};

/** Not negative, and exact in a double. */
export const integer: Reader<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Misread(`\`${path}\` is not a whole number`);
  }
  return value;
};

/** Finite; fractions and negative numbers are fine. */
export const number: Reader<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misread(`\`${path}\` is not a number`);
  return value;
};

export const boolean: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new Misread(`\`${path}\` is neither true nor false`);
  return value;
};

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = allowed.find(one => one === value);
    if (found === undefined) throw new Misread(`\`${path}\` is not one of ${allowed.join(', ')}`);
    return found;
  };
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : reader(value, path));
}

const OPTIONAL = new WeakSet<Reader<unknown>>();

/** A field that may be missing: for what a format learned later. Where it is there, it is read like any other. */
export function optional<T>(reader: Reader<T>): Reader<T> {
  const own: Reader<T> = (value, path) => reader(value, path);
  OPTIONAL.add(own);
  return own;
}

export function list<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Misread(`\`${path}\` is not a list`);
    return value.map((item, index) => reader(item, `${path}[${index}]`));
  };
}

/** An object whose keys are data. */
export function record<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(entriesOf(value, path).map(([key, item]) => [key, reader(item, `${path}.${key}`)]));
}

/**
 * An object whose keys are known. `unknown: 'ignore'` is for documents that may grow within one format version, and
 * then only where nothing is signed or hashed from what was read.
 */
export function object<T extends object>(
  fields: { readonly [K in keyof T]-?: Reader<T[K]> },
  unknown: 'refuse' | 'ignore' = 'refuse',
): Reader<T> {
  return (value, path) => {
    const given = new Map(entriesOf(value, path));
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    const readers = Object.entries<Reader<unknown>>(fields);
    const read = readers.flatMap(([key, reader]) => {
      if (given.has(key)) return [[key, reader(given.get(key), at(key))]];
      if (OPTIONAL.has(reader)) return [];
      throw new Misread(`\`${at(key)}\` is missing`);
    });
    if (unknown === 'refuse') {
      const stray = [...given.keys()].find(key => !Object.hasOwn(fields, key));
      if (stray !== undefined) throw new Misread(`\`${at(stray.slice(0, 64))}\` is not known here`);
    }
    return Object.fromEntries(read) as T;
  };
}

function entriesOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Misread(path === '' ? 'it is not an object' : `\`${path}\` is not an object`);
  }
  return Object.entries(value);
}
