// What people read of a gate: a sentence with numbers, an annotation, a summary, a comment.
import { describe, expect, it } from 'vitest';
import { backupStale, forkLetThrough } from '../../../src/problems/gate.ts';
import { gateNotice } from '../../../src/reports/gate-notice.ts';
import {
  FAIL_REASONS,
  type GateOutcome,
  gateOutputsOf,
  gateToJson,
  initialGateOutputs,
  PASS_REASONS,
} from '../../../src/reports/gate-outcome.ts';
import {
  gateCommentMarker,
  renderGateComment,
  renderGateSummary,
} from '../../../src/reports/gate-summary.ts';
import { gateAnnotation, gateVerdict } from '../../../src/reports/gate-verdict.ts';

const AT = Date.parse('2026-11-21T12:00:00Z');
const STALE = backupStale('shop', '3f9k2m7q', '3 d 4 h', '26 h');

function outcome(change: Partial<GateOutcome> = {}): GateOutcome {
  return {
    command: 'gate',
    result: 'success',
    verdict: 'pass',
    reason: 'fresh',
    name: 'shop',
    place: 's3://bucket/pg',
    startedAt: AT,
    durationSeconds: 0.8,
    rules: { maxAgeSeconds: 26 * 3600, require: 'stored', restoredWithinSeconds: null },
    backup: {
      id: '3f9k2m7q',
      tier: 'daily',
      stamp: AT - 5 * 3_600_000,
      freshFrom: AT - 5 * 3_600_000,
      ageSeconds: 5 * 3600,
      standby: false,
      level: 'stored',
      bytes: 1_900_000_000,
      key: 'shop/daily/x.dump',
      signed: true,
    },
    tested: null,
    change: { files: 12, migrations: ['db/migrate/001_`<b>orders.rb'] },
    event: 'pull_request',
    problems: [],
    warnings: [],
    stages: [],
    runUrl: 'https://github.com/acme/shop/actions/runs/1',
    detail: 'full',
    ...change,
  };
}

const closed = (change: Partial<GateOutcome> = {}) =>
  outcome({ result: 'failed', verdict: 'fail', reason: 'stale', problems: [STALE], ...change });

describe('the sentence', () => {
  it.each<[string, GateOutcome, string]>([
    [
      'a pass',
      outcome(),
      'Gate passed: the newest backup of `shop`, `3f9k2m7q`, is 5 h old (26 h at most), and is proven to `stored`.',
    ],
    [
      'a pass with a test',
      outcome({ tested: { backup: 'aaaaaaaa', at: AT - 5 * 86_400_000 } }),
      'Gate passed: the newest backup of `shop`, `3f9k2m7q`, is 5 h old (26 h at most), and is proven to `stored`; a restore test passed 5 d ago.',
    ],
    [
      'no migration',
      outcome({ reason: 'no-migration', backup: null }),
      'Gate passed: none of the 12 changed files is a migration.',
    ],
    [
      'a backup taken',
      outcome({ reason: 'backed-up' }),
      'Gate passed: the newest backup of `shop`, `3f9k2m7q`, is 5 h old (26 h at most), taken right here, and is proven to `stored`.',
    ],
    [
      'too old',
      closed(),
      'Gate closed: the newest backup of `shop`, `3f9k2m7q`, is 5 h old; 26 h is the most.',
    ],
    [
      'nothing there',
      closed({ reason: 'none', backup: null }),
      'Gate closed: there is no backup of `shop` that counts.',
    ],
    [
      'an error',
      closed({ reason: 'error', backup: null }),
      'Gate closed: it could not be found out whether there is a backup of `shop`: The newest backup of "shop", 3f9k2m7q, holds what was there 3 d 4 h ago; `max-age` is 26 h.',
    ],
    ['a cancel', closed({ result: 'cancelled' }), 'Gate: cancelled before it came to a verdict.'],
  ])('says %s', (_, given, sentence) => expect(gateVerdict(given)).toBe(sentence));

  it('is one whole sentence whatever the reason, and names nothing where detail is minimal', () => {
    for (const detail of ['full', 'minimal'] as const)
      for (const backup of [outcome().backup, null])
        for (const given of [
          ...PASS_REASONS.map(reason => outcome({ reason, backup, detail })),
          ...FAIL_REASONS.map(reason => closed({ reason, backup, detail })),
        ]) {
          const sentence = gateVerdict(given);
          expect(sentence).toMatch(/^Gate (passed|closed): [^\n]+\.$/);
          expect(sentence).not.toMatch(/undefined|null|NaN|\.\.$/);
          if (detail === 'minimal')
            for (const text of [
              sentence,
              renderGateSummary(given),
              renderGateComment(given),
              gateAnnotation(given)?.message ?? '',
            ])
              expect(text).not.toContain('shop`');
        }
  });
});

describe('the annotation', () => {
  it('is an error where the gate is closed, none where it passed', () => {
    expect(gateAnnotation(outcome())).toBeUndefined();
    expect(gateAnnotation(closed())).toMatchObject({
      level: 'error',
      title: 'Migration gate closed',
      message: expect.stringMatching(/^Gate closed: .*\nPGB650: .* Start the backup workflow/),
    });
  });

  it('is a warning where something passed unseen', () => {
    const given = outcome({ result: 'degraded', reason: 'fork', backup: null, warnings: [forkLetThrough()] });
    expect(gateAnnotation(given)).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('PGB658'),
    });
  });
});

describe('summary and comment', () => {
  it('tell what is and what was asked for', () => {
    const summary = renderGateSummary(outcome());
    expect(summary).toContain('## Migration gate passed');
    expect(summary).toContain('| Age | 5 h | 26 h at most |');
    expect(summary).toContain('1 migration among 12 changed files');
    expect(renderGateSummary(closed())).toContain('PGB650');
  });

  it('let no file name become markup', () => {
    expect(renderGateSummary(outcome())).not.toContain('<b>orders');
  });

  it('keep the paths of a public repository’s migrations to themselves', () => {
    expect(renderGateSummary(outcome({ detail: 'minimal' }))).not.toContain('orders');
  });

  it('begin the comment with the mark of this name, which nothing in a name can end', () => {
    expect(renderGateComment(outcome()).startsWith(gateCommentMarker('shop'))).toBe(true);
    expect(gateCommentMarker('--> <script>')).toMatch(/^<!-- pg-backup-gate [0-9a-f]+ -->$/);
    expect(gateCommentMarker('a')).not.toBe(gateCommentMarker('b'));
  });
});

describe('the notice', () => {
  it('tells the verdict, and names nothing where detail is minimal', () => {
    expect(gateNotice(closed(), 'full')).toMatchObject({
      command: 'gate',
      name: 'shop',
      title: 'Migration gate CLOSED',
      verdict: expect.stringContaining('of `shop`'),
      outputs: { verdict: 'fail', reason: 'stale' },
    });
    expect(JSON.stringify(gateNotice(closed({ runUrl: null }), 'minimal'))).not.toContain('shop');
  });
});

describe('outputs', () => {
  it('are those of the verdict', () => {
    expect(gateOutputsOf(outcome())).toEqual({
      verdict: 'pass',
      reason: 'fresh',
      'backup-id': '3f9k2m7q',
      'age-seconds': '18000',
      level: 'stored',
    });
    expect(gateOutputsOf(closed({ backup: null, reason: 'none' }))).toEqual({
      ...initialGateOutputs(),
      reason: 'none',
    });
  });

  it('begin as a failure', () =>
    expect(initialGateOutputs()).toMatchObject({ verdict: 'fail', reason: 'error' }));

  it('are data as JSON', () => {
    expect(JSON.parse(JSON.stringify(gateToJson(closed())))).toMatchObject({
      command: 'gate',
      verdict: 'fail',
      backup: { stamp: '2026-11-21T07:00:00Z' },
      problems: [{ code: 'PGB650', kind: 'stale' }],
    });
  });
});
