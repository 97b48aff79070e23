import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, isCanonical } from '../../../src/backups/canonical-json.ts';
import {
  instant,
  integer,
  list,
  Misread,
  nullable,
  number,
  object,
  oneOf,
  record,
  string,
} from '../../../src/backups/fields.ts';
import { readJson, SMALL_DOCUMENT } from '../../../src/backups/read-json.ts';

const read = (text: string) => readJson(Buffer.from(text), SMALL_DOCUMENT);

describe('foreign JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        const value = JSON.parse(text);
        // fast-check may write a key twice only through JSON.stringify, which never does.
        expect(read(text)).toEqual({ ok: value });
      }),
    );
  });

  it.each([
    ['a key twice', '{"a":1,"a":2}', 'the key "a" twice'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}', 'the key "a" twice'],
    ['a key twice, deep', '{"x":[{"b":{},"c":1,"b":[]}]}', 'the key "b" twice'],
    ['a key twice, blanks before the colon', '{"a" \n:1,"a"\t:2}', 'the key "a" twice'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'the key "__proto__" twice'],
    ['a byte order mark', '\ufeff{}', 'not JSON'],
    ['something after it', '{} {}', 'not JSON'],
    ['a comment', '{/**/}', 'not JSON'],
    ['NaN', '{"a":NaN}', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['33 levels', '['.repeat(33) + ']'.repeat(33), 'deeper than 32'],
    ['half a million levels', '['.repeat(500_000) + ']'.repeat(500_000), 'deeper than 32'],
  ])('is refused: %s', (_, text, why) => {
    expect(read(text)).toEqual({ not: expect.stringContaining(why) });
  });

  it('is refused where it is not UTF-8 or too large', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]), SMALL_DOCUMENT)).toEqual({ not: 'it is not UTF-8' });
    expect(readJson(Buffer.from('"12345"'), { maxBytes: 6, maxDepth: 1 })).toEqual({
      not: 'it is larger than 6 bytes',
    });
    expect(readJson(Buffer.from('"1234"'), { maxBytes: 6, maxDepth: 1 })).toEqual({ ok: '1234' });
  });

  it('may repeat a key in another object, or as a value', () => {
    expect(read('[{"a":"a"},{"a":{"a":"a"}},"a"]')).toEqual({ ok: [{ a: 'a' }, { a: { a: 'a' } }, 'a'] });
    expect(read('['.repeat(32) + ']'.repeat(32))).toHaveProperty('ok');
  });

  it('reads brackets and quotes within texts as texts', () => {
    const tricky = { 'a"]}': '[[[[{"\\', '{': '\\"' };
    expect(read(JSON.stringify(tricky))).toEqual({ ok: tricky });
  });
});

describe('fields', () => {
  const reader = object<{ a: number; b: string | null }>({ a: integer, b: nullable(string(/^x/)) });
  it.each<[unknown, string]>([
    [null, 'it is not an object'],
    [[], 'it is not an object'],
    [{ a: 1 }, '`b` is missing'],
    [{ a: 1, b: null, c: 1 }, '`c` is not known here'],
    [{ a: 1.5, b: null }, '`a` is not a whole number'],
    [{ a: -1, b: null }, '`a` is not a whole number'],
    [{ a: 2 ** 53, b: null }, '`a` is not a whole number'],
    [{ a: '1', b: null }, '`a` is not a whole number'],
    [{ a: 1, b: 'y' }, '`b` is not of the form it must have'],
    [{ a: 1, b: 'x'.repeat(20_000) }, '`b` is longer'],
    [{ a: 1, b: 'x\udc00' }, '`b` holds half a character'],
    [{ a: 1, b: 2 }, '`b` is not a text'],
  ])('%j: %s', (value, why) => expect(() => reader(value, '')).toThrow(why));

  it('say where they stand', () => {
    const deep = object<{ l: readonly Readonly<Record<string, number>>[] }>({ l: list(record(number)) });
    expect(() => deep({ l: [{}, { k: 'no' }] }, '')).toThrow('`l[1].k` is not a number');
    expect(() => deep({ l: {} }, '')).toThrow('`l` is not a list');
    expect(deep({ l: [{ k: -0.5 }] }, '')).toEqual({ l: [{ k: -0.5 }] });
  });

  it('refuse what is none of a choice, and instants of any other form', () => {
    expect(() => oneOf('a', 'b')('c', 'x')).toThrow(new Misread('`x` is not one of a, b'));
    expect(() => instant('2026-02-30T00:00:00Z', 'x')).toThrow(Misread);
    expect(() => instant('2026-02-28T00:00:00.000Z', 'x')).toThrow(Misread);
  });

  it('let unknown fields pass where that was said, and drop them', () => {
    expect(object<{ a: number }>({ a: integer }, 'ignore')({ a: 1, z: 2 }, '')).toEqual({ a: 1 });
  });
});

describe('canonical JSON', () => {
  it('is one text for one value, whatever the order of keys', () => {
    expect(canonicalJson({ b: 1, a: [1.0, 1e21, -0], é: 'é\n' }).toString()).toBe(
      '{"a":[1,1e+21,0],"b":1,"é":"é\\n"}',
    );
    expect(canonicalJson({ a: 1, b: 2 })).toEqual(canonicalJson({ b: 2, a: 1 }));
  });

  it('reads back as the same value and is its own canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        const bytes = canonicalJson(value);
        expect(isCanonical(JSON.parse(bytes.toString()), bytes)).toBe(true);
      }),
    );
  });

  it('refuses what JSON cannot carry', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 'a\ud800', undefined, 1n]) {
      expect(() => canonicalJson(value)).toThrow();
    }
    expect(isCanonical(Number.NaN, Buffer.from('null'))).toBe(false);
  });
});
