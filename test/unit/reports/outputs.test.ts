import fc from 'fast-check';
import { expect, it } from 'vitest';
import { annotationOf } from '../../../src/reports/annotation.ts';
import { outcomeToJson } from '../../../src/reports/outcome-json.ts';
import { initialOutputs, OUTPUT_DESCRIPTIONS, outputsOf } from '../../../src/reports/outputs.ts';
import { anyOutcome } from './outcome-arbitrary.ts';
import { newBackup, outcome, PRUNE_DENIED, WRONG_PASSWORD, without } from './outcome-fixture.ts';

it('sets every output from the first line on', () => {
  expect(Object.keys(initialOutputs()).sort()).toEqual(Object.keys(OUTPUT_DESCRIPTIONS).sort());
  expect(initialOutputs()).toMatchObject({ result: 'failed', pruned: '0', warnings: '[]', key: '' });
});

it('sets the same outputs, as text, whatever happened', () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const outputs = outputsOf(any);
      expect(Object.keys(outputs).sort()).toEqual(Object.keys(OUTPUT_DESCRIPTIONS).sort());
      expect(Object.values(outputs).every(value => typeof value === 'string')).toBe(true);
      expect(Buffer.byteLength(outputs.warnings)).toBeLessThanOrEqual(32 * 1024);
      expect(Array.isArray(JSON.parse(outputs.warnings))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('tells a backup that is kept for ever from one whose end is unknown', () => {
  expect(outputsOf(outcome({ backup: newBackup({ expiresAt: null }) }))['expires-at']).toBe('never');
  expect(outputsOf(outcome({ backup: newBackup({ expiresAt: null, keptByCount: 7 }) }))['expires-at']).toBe(
    '',
  );
  expect(outputsOf(outcome())['expires-at']).toBe('2026-12-21T03:17:00Z');
  expect(outputsOf(without())['expires-at']).toBe('');
});

it('counts the warnings that it has no room for', () => {
  const warnings = Array.from({ length: 400 }, () => ({ ...PRUNE_DENIED, summary: 'x'.repeat(490) }));
  const listed = JSON.parse(outputsOf(outcome({ warnings })).warnings);
  expect(listed.at(-1)).toBe(`and ${400 - (listed.length - 1)} more`);
});

it('lists problems after a good backup as warnings, but not those of a failure', () => {
  const problems = [WRONG_PASSWORD];
  expect(JSON.parse(outputsOf(outcome({ result: 'degraded', problems })).warnings)).toHaveLength(1);
  expect(outputsOf(without({ problems })).warnings).toBe('[]');
});

it("keeps annotations within GitHub's limit, and annotates only what needs a look", () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const annotation = annotationOf(any);
      if (any.result === 'failed') expect(annotation?.level).toBe('error');
      if (any.result === 'degraded') expect(annotation?.level).toBe('warning');
      if (annotation) expect(annotation.message.length).toBeLessThanOrEqual(4_096);
      if (annotation) expect(annotation.message).not.toBe('');
    }),
    { numRuns: 60 },
  );
  expect(annotationOf(outcome())).toBeUndefined();
  expect(annotationOf(outcome({ warnings: [PRUNE_DENIED] }))).toBeUndefined();
});

it('the JSON form is plain data', () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const json = outcomeToJson(any);
      expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    }),
    { numRuns: 30 },
  );
});
