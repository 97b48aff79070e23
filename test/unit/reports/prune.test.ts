// What a prune says of itself: every decision with its reason, nothing of names where little is to be told.
import { describe, expect, it } from 'vitest';
import { pruneHeld, pruneNeedsConfirm } from '../../../src/problems/prune.ts';
import { pruneNotice } from '../../../src/reports/prune-notice.ts';
import {
  initialPruneOutputs,
  type PruneRunOutcome,
  pruneOutputsOf,
  pruneRunToJson,
} from '../../../src/reports/prune-outcome.ts';
import { renderPruneSummary } from '../../../src/reports/prune-summary.ts';
import { renderPruneText } from '../../../src/reports/prune-text.ts';
import { pruneAnnotation, pruneVerdict } from '../../../src/reports/prune-verdict.ts';
import type { NamePlan } from '../../../src/retention/name-plan.ts';
import { expectGolden, pretty } from './golden.ts';
import { DAY, GIB, HOSTILE, NIGHT } from './outcome-fixture.ts';

const decision = (id: string, days: number, reason: string) => ({
  id,
  tier: 'daily' as const,
  stamp: NIGHT - days * DAY,
  bytes: 1.5 * GIB,
  reasons: [reason],
});
const leftover = (id: string, days: number, reason: string) => ({
  ...decision(id, days, reason),
  stem: `shop/daily/${id}`,
  objects: 1,
});

const SHOP: NamePlan = {
  name: 'shop',
  prune: {
    keep: [decision('n0000000', 0, 'the newest good backup')],
    delete: [decision('n0000031', 31, 'older than 30d'), decision('n0000032', 32, 'older than 30d')],
    anchor: 'n0000000',
    stopped: null,
    confirmable: false,
    notices: ['`retention` has no rule for `manual`: its 1 backup is kept for ever.'],
  },
  sweep: {
    keep: [leftover('y0unger0', 2, 'younger than `grace`')],
    delete: [leftover('crashed0', 20, 'without a manifest, untouched since 2026-11-01T03:17:40Z')],
  },
  stopped: null,
  confirmable: false,
  hash: '3f9c0d5b7a21',
};

const STUCK: NamePlan = {
  ...SHOP,
  name: HOSTILE,
  stopped: '12 backups would go, and `max-delete` is 10.',
  confirmable: true,
  hash: 'aaaabbbbcccc',
};

const upload = (key: string | null, days: number, reason: string) => ({
  reference: `upload ${days}`,
  key,
  touchedAt: NIGHT - days * DAY,
  reasons: [reason],
});

function outcome(change: Partial<PruneRunOutcome> = {}): PruneRunOutcome {
  return {
    command: 'prune',
    result: 'failed',
    place: 's3://my-bucket/pg',
    startedAt: NIGHT,
    durationSeconds: 12.4,
    problems: [pruneNeedsConfirm(HOSTILE, '12 backups would go, and `max-delete` is 10.', 'aaaabbbbcccc')],
    warnings: [],
    stages: [{ name: 'Plan and prune', seconds: 12 }],
    runUrl: 'https://github.com/o/r/actions/runs/1',
    detail: 'full',
    dryRun: false,
    names: [
      {
        plan: SHOP,
        deleted: ['n0000032'],
        swept: ['shop/daily/crashed0'],
        failed: [{ id: 'n0000031', why: 'its manifest has changed or is gone' }],
      },
      { plan: STUCK, deleted: [], swept: [], failed: [] },
    ],
    uploads: {
      plan: {
        keep: [upload('shop/daily/running.dump', 0, 'younger than `grace`')],
        drop: [
          upload('shop/daily/lost.dump', 9, 'unfinished since 2026-11-12T03:17:00Z'),
          upload(null, 8, 'unfinished'),
        ],
      },
      dropped: ['upload 9'],
      failed: [{ id: 'upload 8', why: 'no right' }],
    },
    ...change,
  };
}

const PLANNED: Partial<PruneRunOutcome> = {
  result: 'planned',
  problems: [],
  dryRun: true,
  names: [
    { plan: SHOP, deleted: [], swept: [], failed: [] },
    { plan: STUCK, deleted: [], swept: [], failed: [] },
  ],
  uploads: { ...outcome().uploads, dropped: [], failed: [] },
};

const CASES: readonly (readonly [string, PruneRunOutcome])[] = [
  ['carried-out', outcome()],
  ['planned', outcome(PLANNED)],
];

describe.each(CASES)('a prune, %s', (name, one) => {
  it('as text, summary and data', () => {
    expectGolden(`prune-${name}.txt`, renderPruneText(one));
    expectGolden(`prune-${name}.md`, renderPruneSummary(one));
    expectGolden(`prune-${name}.json`, pretty(pruneRunToJson(one)));
    expect(renderPruneText(one)).not.toContain('\u001b');
  });

  it('as verdict, annotation, outputs and notice', () => {
    const told = {
      verdict: pruneVerdict(one),
      annotation: pruneAnnotation(one) ?? null,
      outputs: pruneOutputsOf(one),
      notice: pruneNotice(one, 'full'),
    };
    expectGolden(`prune-${name}.run.json`, pretty(told));
  });
});

it('with minimal detail nobody is named', () => {
  const one = outcome({ detail: 'minimal', problems: [pruneHeld('shop', 'The newest backup is in doubt.')] });
  const text = `${renderPruneSummary(one)}${pruneVerdict(one)}${pruneAnnotation(one)?.message}${JSON.stringify(pruneNotice(one, 'minimal'))}`;
  for (const secret of ['shop', HOSTILE.slice(0, 12), 'manifest has changed'])
    expect(text).not.toContain(secret);
});

it('every output is set before anything is known', () => {
  expect(Object.keys(pruneOutputsOf(outcome()))).toEqual(Object.keys(initialPruneOutputs()));
  expect(initialPruneOutputs().result).toBe('failed');
});

it('a summary of very many names stays below what GitHub takes', () => {
  const keep = Array.from({ length: 300 }, (_, index) => decision(`n${index}`, index, 'x'.repeat(300)));
  const names = Array.from({ length: 200 }, (_, index) => ({
    plan: { ...SHOP, name: `name-${index}`, prune: { ...SHOP.prune, keep } },
    deleted: [],
    swept: [],
    failed: [],
  }));
  expect(Buffer.byteLength(renderPruneSummary(outcome({ names })))).toBeLessThan(1024 * 1024);
});
