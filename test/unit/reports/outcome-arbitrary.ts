// Outcomes with any text at all in every place that foreign text can reach, and lists longer than any report shows.
import fc from 'fast-check';
import { Problem, type Warning } from '../../../src/problems/problem.ts';
import type { BackupOutcome } from '../../../src/reports/outcome.ts';
import { backupLine, DAY, decision, HOSTILE, NIGHT, newBackup, outcome, pruned } from './outcome-fixture.ts';

/** Markup in pieces, so that shrinking finds the piece that hurts. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...HOSTILE.split(/(\W)/),
        '<!channel>',
        '```',
        '`',
        '||',
        '\\',
        '&lt;',
        '\n',
        '<b>',
        '@x',
      ),
      { maxLength: 40 },
    )
    .map(pieces => pieces.join('')),
  fc.constantFrom('&', '<', '`', '|', '@', '_', '😀').map(character => character.repeat(6_000)),
);

const amount = fc.integer({ min: 0, max: 2 ** 50 });
const listLength = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(40, 700));

function repeated<T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.tuple(item, listLength).map(([one, count]) => Array.from({ length: count }, () => one));
}

const anyProblem = fc
  .record({ text: anyText, hint: anyText, detail: fc.option(anyText, { nil: undefined }) })
  .map(
    ({ text, hint, detail }) => new Problem({ kind: 'remote', code: 'PGB201', summary: text, hint, detail }),
  );

const anyWarning: fc.Arbitrary<Warning> = fc.record({
  code: fc.constantFrom('PGB510' as const, 'PGB530' as const),
  summary: anyText,
  hint: anyText,
  loud: fc.boolean(),
});

export const anyOutcome: fc.Arbitrary<BackupOutcome> = fc
  .record({
    result: fc.constantFrom('success', 'degraded', 'failed', 'cancelled', 'planned'),
    detail: fc.constantFrom('full', 'minimal'),
    text: fc.record({
      name: anyText,
      place: anyText,
      host: anyText,
      key: anyText,
      reason: anyText,
      url: anyText,
    }),
    bytes: amount,
    rows: amount,
    seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
    withBackup: fc.boolean(),
    problems: repeated(anyProblem),
    warnings: repeated(anyWarning),
    history: repeated(fc.record({ bytes: amount, notCounted: fc.option(anyText, { nil: undefined }) })),
    stages: repeated(fc.record({ name: anyText, seconds: fc.constant(1) })),
    stopped: fc.option(anyText),
  } as const)
  .map(any =>
    outcome({
      result: any.result,
      detail: any.detail,
      name: any.text.name,
      place: any.text.place,
      tierReason: any.text.reason,
      durationSeconds: any.seconds,
      source: {
        database: any.text.name,
        host: any.text.host,
        serverVersion: any.text.key,
        clientVersion: '16.15',
      },
      backup: any.withBackup ? newBackup({ key: any.text.key, bytes: any.bytes, rows: any.rows }) : null,
      problems: any.problems,
      warnings: any.warnings,
      history: any.history.map(({ bytes, notCounted }, index) =>
        backupLine({
          stamp: NIGHT - (any.history.length - index) * DAY,
          bytes,
          ...(notCounted === undefined ? {} : { notCounted }),
        }),
      ),
      stages: any.stages,
      runUrl: any.text.url,
      prune: pruned({
        plan: {
          ...pruned().plan,
          stopped: any.stopped,
          notices: any.stages.map(stage => stage.name),
          delete: any.stages.map(stage => decision({ reasons: [stage.name, any.text.reason] })),
        },
        failed: [{ id: 'night031', why: any.text.host }],
      }),
    }),
  );
