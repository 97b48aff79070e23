import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/backups/canonical-json.ts';
import { parseEvidence } from '../../../src/backups/evidence.ts';
import { parseHold, printHold } from '../../../src/backups/hold.ts';

const key = 'shop/daily/20261121T031700Z-3f9k2m7q.evidence.20261201T050000Z-abcdefgh.json';
const evidence = {
  format: 1,
  result: 'passed',
  backup: '3f9k2m7q',
  manifestSha256: 'ab'.repeat(32),
  at: '2026-12-01T05:00:00Z',
  signature: null,
};
const golden = (file: string) => readFileSync(new URL(`./golden/${file}`, import.meta.url));

describe('evidence', () => {
  it('is read, with what a test added signed but not looked at', () => {
    const parsed = parseEvidence(canonicalJson({ ...evidence, isolation: { network: 'none' } }), key);
    expect(parsed).toMatchObject({ ok: evidence });
    const { signature: _, ...unsigned } = evidence;
    if ('ok' in parsed) {
      const expected = canonicalJson({ ...unsigned, isolation: { network: 'none' } });
      expect(parsed.signed.toString()).toBe(`${key}\n${expected}`);
    }
  });

  it.each<[string, object, string]>([
    ['newer-format', { format: 2 }, 'format 2'],
    ['unreadable', { format: 'x' }, '`format`'],
    ['unreadable', { result: 'skipped' }, '`result`'],
    ['unreadable', { manifestSha256: 'ab' }, '`manifestSha256`'],
    ['misplaced', { backup: 'a0b1c2d3' }, 'another backup'],
    ['misplaced', { at: '2026-12-01T05:00:01Z' }, 'another backup or moment'],
  ])('is %s with %j', (not, change, why) => {
    expect(parseEvidence(canonicalJson({ ...evidence, ...change }), key)).toEqual({
      not,
      why: expect.stringContaining(why),
    });
  });

  it('is not read in another form, nor with what cannot be signed', () => {
    expect(parseEvidence(Buffer.from(JSON.stringify(evidence, null, 2)), key)).toHaveProperty('not');
    const lone = `{"at":"2026-12-01T05:00:00Z","x":"\\ud800"}`;
    expect(parseEvidence(Buffer.from(lone), key)).toMatchObject({ not: 'unreadable' });
    expect(parseEvidence(Buffer.from('{"at":1e999}'), key)).toMatchObject({ not: 'unreadable' });
  });

  it('that was written once stays readable', () => {
    expect(parseEvidence(golden('evidence-1.json'), key)).toMatchObject({ ok: { result: 'passed' } });
  });
});

describe('holds', () => {
  const hold = { format: 1, backup: '3f9k2m7q', at: '2026-12-01T05:00:00Z', by: null, why: 'audit' } as const;
  it('are read back as they were written', () => expect(parseHold(printHold(hold))).toEqual(hold));
  it('that cannot be read give nothing to show', () => {
    expect(parseHold(Buffer.from('{'))).toBeUndefined();
    expect(parseHold(Buffer.from('{"format":2}'))).toBeUndefined();
  });
  it('that were written once stay readable', () => {
    expect(parseHold(golden('hold-1.json'))).toMatchObject({ by: 'octocat' });
  });
});
