// The example calendar of docs/tiers-and-retention.md is what the planner really does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseTier } from '../../../src/retention/due.ts';
import type { Candidate } from '../../../src/retention/plan.ts';
import { planPrune } from '../../../src/retention/plan-prune.ts';
import { type Policy, parsePolicy } from '../../../src/retention/policy.ts';
import { checkout } from '../../parts/folder.ts';

const DAY_MS = 86_400_000;
const TIMEZONE = 'Europe/Vienna';
const page = readFileSync(join(checkout, 'docs', 'tiers-and-retention.md'), 'utf8');

it('the calendar shows the tiers that are taken and the backups that go', () => {
  const [, policyText = ''] = /`retention: '([^']+)'`/.exec(page) ?? [];
  const parsed = parsePolicy(policyText);
  if ('not' in parsed) throw parsed.not[0];
  const [, printed = ''] = /<!-- calendar -->\n([\s\S]*?)<!-- \/calendar -->/.exec(page) ?? [];
  expect(printed).toBe(`| night | tier | pruned after it |\n|---|---|---|\n${calendar(parsed.ok)}\n`);
});

function calendar(policy: Policy): string {
  // 03:17 in Vienna, in summer time throughout.
  const first = Date.parse('2026-09-28T01:17:00Z');
  const nights = Array.from({ length: 23 }, (_, night) => first + night * DAY_MS);
  let held: Candidate[] = [];
  return nights
    .map(now => {
      if (dayOf(now) === 'Thu 1 Oct') return `| ${dayOf(now)} | no run | |`;
      const history = held.map(({ tier, stamp }) => ({ tier, stamp }));
      const policyTiers = Object.keys(policy) as Candidate['tier'][];
      const { tier } = chooseTier({ policyTiers, history, now, timezone: TIMEZONE });
      held.push(backup(tier, now));
      const plan = planPrune(held, policy, { now, timezone: TIMEZONE, minKeep: 3, maxDelete: 10 });
      expect(plan.stopped).toBeNull();
      const gone = new Set(plan.delete.map(({ id }) => id));
      held = held.filter(({ id }) => !gone.has(id));
      const pruned = plan.delete.map(old => ` ${old.tier} of ${dayOf(old.stamp)}`);
      return `| ${dayOf(now)} | ${tier} |${pruned.join(',')} |`;
    })
    .join('\n');
}

function backup(tier: Candidate['tier'], stamp: number): Candidate {
  return {
    id: String(stamp),
    stamp,
    tier,
    bytes: 1,
    standing: 'good',
    ours: true,
    restoreTested: false,
    held: false,
    lockedUntil: undefined,
  };
}

function dayOf(instant: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: TIMEZONE,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).formatToParts(instant);
  const part = (type: string) => parts.find(one => one.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month').slice(0, 3)}`;
}
