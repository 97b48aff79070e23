import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isId, makeId } from '../../../src/backups/id.ts';
import { type BackupKey, namePrefix, parseKey, printKey, printStamp } from '../../../src/backups/key.ts';
import { decodeName, encodeName } from '../../../src/backups/name.ts';
import { TIERS } from '../../../src/backups/tier.ts';
import { Problem } from '../../../src/problems/problem.ts';

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter(text => {
  return text.isWellFormed() && Buffer.byteLength(text) <= 66;
});
const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(bytes => makeId(() => Buffer.from(bytes)));
const stamp = fc
  .integer({ min: Date.parse('0001-01-01T00:00:00Z') / 1000, max: Date.parse('9999-12-31T23:59:59Z') / 1000 })
  .map(seconds => seconds * 1000);
const ref = { name, tier: fc.constantFrom(...TIERS), stamp, id };
const key: fc.Arbitrary<BackupKey> = fc.oneof(
  fc.record({
    ...ref,
    kind: fc.constantFrom('archive' as const, 'globals' as const, 'proof' as const),
    encrypted: fc.boolean(),
  }),
  fc.record({ ...ref, kind: fc.constantFrom('manifest' as const, 'hold' as const) }),
  fc.record({ ...ref, kind: fc.constant('evidence' as const), testStamp: stamp, testId: id }),
);

describe('keys', () => {
  const of = {
    name: 'shop',
    tier: 'daily',
    stamp: Date.parse('2026-11-21T03:17:00Z'),
    id: '3f9k2m7q',
  } as const;
  it.each<[BackupKey, string]>([
    [{ ...of, kind: 'archive', encrypted: false }, 'shop/daily/20261121T031700Z-3f9k2m7q.dump'],
    [{ ...of, kind: 'archive', encrypted: true }, 'shop/daily/20261121T031700Z-3f9k2m7q.dump.age'],
    [{ ...of, kind: 'globals', encrypted: false }, 'shop/daily/20261121T031700Z-3f9k2m7q.globals.sql'],
    [{ ...of, kind: 'globals', encrypted: true }, 'shop/daily/20261121T031700Z-3f9k2m7q.globals.sql.age'],
    [{ ...of, kind: 'proof', encrypted: true }, 'shop/daily/20261121T031700Z-3f9k2m7q.proof.json.age'],
    [{ ...of, kind: 'manifest' }, 'shop/daily/20261121T031700Z-3f9k2m7q.manifest.json'],
    [{ ...of, kind: 'hold' }, 'shop/daily/20261121T031700Z-3f9k2m7q.hold.json'],
    [
      { ...of, kind: 'evidence', testStamp: Date.parse('2026-12-01T05:00:00Z'), testId: 'abcdefgh' },
      'shop/daily/20261121T031700Z-3f9k2m7q.evidence.20261201T050000Z-abcdefgh.json',
    ],
  ])('%# prints and parses', (parsed, text) => {
    expect(printKey(parsed)).toBe(text);
    expect(parseKey(text)).toEqual(parsed);
  });

  it('parse back to what was printed', () => {
    fc.assert(
      fc.property(key, parsed => {
        expect(parseKey(printKey(parsed))).toEqual(parsed);
      }),
    );
  });

  it('never parse unless they print back to the letter, however close they come', () => {
    const damaged = fc
      .tuple(key.map(printKey), fc.nat(), fc.string({ minLength: 0, maxLength: 2 }), fc.nat({ max: 2 }))
      .map(([text, at, insert, cut]) => {
        const position = at % (text.length + 1);
        return text.slice(0, position) + insert + text.slice(position + cut);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), text => {
        const parsed = parseKey(text);
        if (parsed) expect(printKey(parsed)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['another folder deep', 'x/shop/daily/20261121T031700Z-3f9k2m7q.dump'],
    ['no name', '/daily/20261121T031700Z-3f9k2m7q.dump'],
    ['a tier that is none', 'shop/nightly/20261121T031700Z-3f9k2m7q.dump'],
    ['a day that is none', 'shop/daily/20260230T031700Z-3f9k2m7q.dump'],
    ['hour 24', 'shop/daily/20261121T240000Z-3f9k2m7q.dump'],
    ['an upper-case id', 'shop/daily/20261121T031700Z-3F9K2M7Q.dump'],
    ['a letter outside the alphabet', 'shop/daily/20261121T031700Z-3f9k2m7l.dump'],
    ['an encrypted manifest', 'shop/daily/20261121T031700Z-3f9k2m7q.manifest.json.age'],
    ['something after it', 'shop/daily/20261121T031700Z-3f9k2m7q.dump.bak'],
    ['a line end after it', 'shop/daily/20261121T031700Z-3f9k2m7q.dump\n'],
    ['an upper-case name', 'Shop/daily/20261121T031700Z-3f9k2m7q.dump'],
    ['a needless escape', 'sho%70/daily/20261121T031700Z-3f9k2m7q.dump'],
    ['lower-case digits in an escape', 'sh%c3%b6p/daily/20261121T031700Z-3f9k2m7q.dump'],
    ['bytes that are no UTF-8', 'shop%FF/daily/20261121T031700Z-3f9k2m7q.dump'],
    ['evidence without a test', 'shop/daily/20261121T031700Z-3f9k2m7q.evidence.json'],
    [
      'evidence at a moment that is none',
      'shop/daily/20261121T031700Z-3f9k2m7q.evidence.20261301T050000Z-abcdefgh.json',
    ],
  ])('refuse %s', (_, text) => expect(parseKey(text)).toBeUndefined());

  it('sort as their stamps do', () => {
    fc.assert(fc.property(stamp, stamp, (a, b) => a < b === printStamp(a) < printStamp(b)));
  });

  it('of one name never begin with the prefix of another', () => {
    fc.assert(fc.property(name, name, (a, b) => a === b || !namePrefix(a).startsWith(namePrefix(b))));
    expect(namePrefix('app-test').startsWith(namePrefix('app'))).toBe(false);
  });
});

describe('names in keys', () => {
  it.each([
    ['shop', 'shop'],
    ['shop_2.eu-west', 'shop_2.eu-west'],
    ['Shop', '%53hop'],
    ['.', '%2E'],
    ['..', '%2E%2E'],
    ['.hidden.one', '%2Ehidden.one'],
    ['a/b', 'a%2Fb'],
    ['100%', '100%25'],
    ['größe', 'gr%C3%B6%C3%9Fe'],
    ['a b', 'a%20b'],
  ])('%j becomes %s', (text, segment) => {
    expect(encodeName(text)).toBe(segment);
    expect(decodeName(segment)).toBe(text);
  });

  it('differ even where a file system folds case', () => {
    fc.assert(
      fc.property(
        name,
        name,
        (a, b) => a === b || encodeName(a).toLowerCase() !== encodeName(b).toLowerCase(),
      ),
    );
  });

  it.each([
    ['empty', '', 'it is empty'],
    ['a lone surrogate', 'a\ud800', 'lone surrogate'],
    ['too long', 'x'.repeat(201), '201 bytes'],
    ['too long once encoded', 'Ä'.repeat(34), '204 bytes'],
  ])('are refused: %s', (_, text, why) => {
    expect(() => encodeName(text)).toThrow(Problem);
    expect(() => encodeName(text)).toThrow(why);
  });

  it('may be as long as the limit', () => expect(encodeName('x'.repeat(200))).toHaveLength(200));
});

describe('ids', () => {
  it('use every character of the alphabet equally often', () => {
    const seen = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 8) {
      const bytes = Buffer.from(Array.from({ length: 8 }, (_, index) => byte + index));
      for (const character of makeId(() => bytes)) seen.set(character, (seen.get(character) ?? 0) + 1);
    }
    expect([...seen.keys()].sort().join('')).toBe('0123456789abcdefghjkmnpqrstvwxyz');
    expect(new Set(seen.values())).toEqual(new Set([8]));
  });

  it('are told from what is none', () => {
    expect(isId('3f9k2m7q')).toBe(true);
    for (const text of ['3f9k2m7', '3f9k2m7qq', '3f9k2m7u', '3F9K2M7Q', ' 3f9k2m7q', '3f9k2m7q\n']) {
      expect(isId(text)).toBe(false);
    }
  });
});
