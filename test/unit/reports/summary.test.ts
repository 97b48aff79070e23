import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Problem } from '../../../src/problems/problem.ts';
import { renderSummary, SUMMARY_LIMIT_BYTES } from '../../../src/reports/summary.ts';
import { anyOutcome } from './outcome-arbitrary.ts';
import { decision, newBackup, outcome, pruned, without } from './outcome-fixture.ts';

it('stays below the limit, whatever happened', () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      expect(Buffer.byteLength(renderSummary(any))).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
    }),
    { numRuns: 60 },
  );
});

it('leaves a section that is too long out whole, and says so', () => {
  const pipes = '|'.repeat(1_000);
  const wide = decision({ id: '|'.repeat(300), reasons: [pipes] });
  const warning = { code: 'PGB530' as const, summary: pipes, hint: pipes };
  const summary = renderSummary(
    outcome({
      warnings: Array.from({ length: 30 }, () => warning),
      prune: pruned({ plan: { ...pruned().plan, delete: Array.from({ length: 200 }, () => wide) } }),
    }),
  );
  const kept = ['**PGB530**', '| SHA-256 |', 'Commit 0.8 s', 'A part of this summary is left out'];
  expect(kept.filter(part => !summary.includes(part))).toEqual([]);
  expect(summary.includes('<details>')).toBe(false);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
});

it('counts the decisions that it does not list', () => {
  const keep = Array.from({ length: 450 }, (_, index) => decision({ id: `keep${index}` }));
  const summary = renderSummary(outcome({ prune: pruned({ plan: { ...pruned().plan, keep } }) }));
  expect(summary).toContain('and 252 more backups, not shown here.');
  expect(summary).toContain('| `night031` |');
});

it('counts the problems that it does not list', () => {
  const problem = new Problem({ kind: 'configuration', code: 'PGB101', summary: 'No.', hint: 'Yes.' });
  const summary = renderSummary(without({ problems: Array.from({ length: 33 }, () => problem) }));
  expect(summary.split('- **PGB101**')).toHaveLength(31);
  expect(summary).toContain('- and 3 more: see the log');
});

it('keeps its folds balanced and its headings its own', () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const fences = /^(`{3,})\w+\n[\s\S]*?\n\1$/gm;
      const text = renderSummary(any)
        .replace(fences, '')
        .replace(/`[^`\n]*`/g, '');
      expect(text.split('<details>').length).toBe(text.split('</details>').length);
      const headings = text.split('\n').filter(line => line.startsWith('#'));
      expect(
        headings.every(line => /^(## PostgreSQL backup|### (Problem|Warning)s?( and warnings)?$)/.test(line)),
      ).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('with minimal detail tells no name, host, place, key, row count or foreign text', () => {
  const secret = 'Sesam';
  const problem = new Problem({
    kind: 'remote',
    code: 'PGB201',
    summary: `${secret} refused.`,
    hint: `Ask ${secret}.`,
    detail: secret,
  });
  const summary = renderSummary(
    outcome({
      detail: 'minimal',
      result: 'degraded',
      name: secret,
      place: `s3://${secret}`,
      source: { database: secret, host: secret, serverVersion: '16.15', clientVersion: '16.15' },
      backup: newBackup({ key: secret, manifestKey: secret, rows: 77_777, tables: 4_321 }),
      problems: [problem],
      warnings: [{ code: 'PGB530', summary: secret, hint: secret, loud: true }],
      prune: pruned({
        plan: { ...pruned().plan, stopped: secret, notices: [secret] },
        failed: [{ id: 'night031', why: secret }],
      }),
    }),
  );
  expect(summary).not.toContain(secret);
  expect(summary).not.toMatch(/77,777|4,321|rows/);
  expect(summary).toContain('**PGB201**');
});
