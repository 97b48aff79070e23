import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../../src/backups/canonical-json.ts';
import { printKey } from '../../../src/backups/key.ts';
import type { Manifest } from '../../../src/backups/manifest.ts';
import { parseManifest, printManifest, refOf, signedMessage } from '../../../src/backups/parse-manifest.ts';
import { sampleManifest } from './sample.ts';

const keyOf = (manifest: Manifest) => printKey({ ...refOf(manifest), kind: 'manifest' });
const manifest = sampleManifest();
const bytes = printManifest(manifest);
const key = keyOf(manifest);

/** The bytes of the sample with one value put in at a path. */
function tampered(path: string, value: unknown): Buffer {
  const copy = JSON.parse(bytes.toString());
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce((object, step) => object[step], copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return canonicalJson(copy);
}

describe('manifests', () => {
  it('are read back as they were written', () => {
    expect(parseManifest(bytes, key)).toEqual({ ok: manifest, sha256: sha256Hex(bytes) });
  });

  it.each([
    ['names', { name: 'Größe/.. 1' }],
    ['no encryption', { encryption: null }],
    ['warnings', { warnings: ['pg_dump: warning: \u001b[31mred'] }],
    ['no identity to speak of', { identity: { system: null, host: null, database: '' } }],
  ] satisfies [string, Partial<Manifest>][])('are read back whatever their %s', (_, change) => {
    const changed = sampleManifest(change);
    expect(parseManifest(printManifest(changed), keyOf(changed))).toMatchObject({ ok: changed });
  });

  it.each([
    ['format', undefined, '`format` is missing'],
    ['format', 0, '`format` is not one of 1'],
    ['format', '1', '`format` is not one of 1'],
    ['format', 1.5, '`format` is not one of 1'],
    ['tier', 'nightly', '`tier`'],
    ['stamp', '2026-11-21 03:17:00', '`stamp`'],
    ['archive.bytes', -1, '`archive.bytes`'],
    ['archive.sha256', 'AB'.repeat(32), '`archive.sha256`'],
    ['archive.format', 'tar', '`archive.format`'],
    ['scope', 'schema-only', '`scope`'],
    ['identity.system', '12x', '`identity.system`'],
    ['levels', {}, '`levels` is not a list'],
    ['surprise', 1, '`surprise` is not known here'],
    ['archive.surprise', 1, '`archive.surprise` is not known here'],
    ['signature', { algorithm: 'none', key: '0123456789abcdef', value: '' }, '`signature.algorithm`'],
  ])('with `%s` %j are not read', (path, value, why) => {
    expect(parseManifest(tampered(path, value), key)).toEqual({
      not: 'unreadable',
      why: expect.stringContaining(why),
    });
  });

  it('of a newer format say so, whatever else is in them', () => {
    for (const newer of [tampered('format', 2), canonicalJson({ format: 3 })]) {
      expect(parseManifest(newer, key)).toMatchObject({ not: 'newer-format' });
    }
  });

  it.each([
    ['name', 'shop2', 'another backup name'],
    ['tier', 'weekly', 'says tier weekly'],
    ['stamp', '2026-11-21T03:17:01Z', 'says 2026-11-21T03:17:01Z'],
    ['id', '3f9k2m7r', 'says id 3f9k2m7r'],
    ['archive.key', 'shop/daily/20261120T031700Z-a0b1c2d3.dump.age', 'its archive'],
    ['archive.key', '../other/secret', 'its archive'],
    ['proof.key', 'shop/daily/20261121T031700Z-3f9k2m7q.proof.json', 'its proof'],
    ['globals', { key: 'x', bytes: 1, sha256: 'ab'.repeat(32) }, 'its globals'],
    ['encryption', null, 'its archive'],
  ])('with another `%s` (%j) than their key are misplaced', (path, value, why) => {
    expect(parseManifest(tampered(path, value), key)).toEqual({
      not: 'misplaced',
      why: expect.stringContaining(why),
    });
  });

  it('are worth nothing in another place', () => {
    const elsewhere = [
      key.replace('shop', 'blog'),
      key.replace('daily', 'yearly'),
      `x${key}`,
      'manifest.json',
    ];
    for (const place of [...elsewhere, manifest.archive.key]) {
      expect(parseManifest(bytes, place)).toMatchObject({ not: 'misplaced' });
    }
  });

  it('are not read in any other form than the canonical one', () => {
    for (const text of [
      `${bytes} `,
      `${bytes}\n`,
      JSON.stringify(manifest),
      JSON.stringify(manifest, null, 1),
    ]) {
      expect(parseManifest(Buffer.from(text), key)).toMatchObject({ not: 'unreadable' });
    }
  });

  it('never come out otherwise than they were, whatever byte is changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const parsed = parseManifest(damaged, key);
        if ('ok' in parsed) expect(printManifest(parsed.ok)).toEqual(damaged);
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused cut short, empty, or huge', () => {
    for (let length = 0; length < bytes.length; length += 97) {
      expect(parseManifest(bytes.subarray(0, length), key)).toMatchObject({ not: 'unreadable' });
    }
    const huge = printManifest(sampleManifest({ warnings: Array(1100).fill('w'.repeat(1000)) }));
    expect(parseManifest(huge, key)).toMatchObject({
      not: 'unreadable',
      why: expect.stringContaining('larger'),
    });
  });
});

describe('what is signed', () => {
  const signature = { algorithm: 'ed25519', key: '0123456789abcdef', value: `${'A'.repeat(86)}==` } as const;
  it('is the key and everything but the signature', () => {
    const message = signedMessage({ ...manifest, signature }, key);
    expect(message).toEqual(signedMessage(manifest, key));
    expect(message.toString()).toBe(`${key}\n${bytes.toString().replace('"signature":null,', '')}`);
  });

  it('is another message in another place', () => {
    expect(signedMessage(manifest, key)).not.toEqual(signedMessage(manifest, key.replace('daily', 'yearly')));
  });
});

describe('manifests that were written once', () => {
  const golden = new URL('./golden/', import.meta.url);
  const places: Readonly<Record<string, string>> = {
    'manifest-1-least.json': 'shop/pre-migration/20261121T031700Z-3f9k2m7q.manifest.json',
    'manifest-1-standby.json': 'shop/daily/20261121T031700Z-3f9k2m7q.manifest.json',
    'manifest-1-full.json': '%47r%C3%B6%C3%9Fe%2F1/monthly/20261121T031700Z-3f9k2m7q.manifest.json',
  };
  const files = readdirSync(golden).filter(file => file.startsWith('manifest-'));
  it('are all here', () => expect(files.sort()).toEqual(Object.keys(places).sort()));

  it.each(files)('stay readable: %s', file => {
    const written = readFileSync(new URL(file, golden));
    const place = places[file] ?? '';
    const parsed = parseManifest(written, place);
    expect(parsed).toHaveProperty('ok');
    if ('ok' in parsed) expect(printManifest(parsed.ok)).toEqual(written);
  });
});
