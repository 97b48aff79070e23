// The retention policy: text that a person wrote into a workflow, read so strictly that no slip of the pen can delete
// a backup. What isn't understood is refused; all of it at once.
import { isTier, TIERS, type Tier } from '../backups/tier.ts';
import type { Problem } from '../problems/problem.ts';
import {
  retentionEmpty,
  retentionLineUnreadable,
  retentionRuleUnreadable,
  retentionTierTwice,
  retentionTierUnknown,
} from '../problems/retention.ts';
import type { Age, AgeUnit } from './age.ts';

export type Rule =
  | { readonly keep: 'forever' }
  /** The newest `count` periods of a calendar tier that hold a backup, one winner each; of an event tier the newest `count`. */
  | { readonly keep: 'count'; readonly count: number }
  | { readonly keep: 'age'; readonly age: Age };

/** A backup is kept while any rule of its tier keeps it; tiers that aren't named are kept for ever. */
export type Policy = Readonly<Partial<Record<Tier, readonly [Rule, ...Rule[]]>>>;

export type ParsedPolicy = { readonly ok: Policy } | { readonly not: readonly [Problem, ...Problem[]] };

/**
 * `tier: rule[, rule]`, a line each (or parted by `;`, for a command line); `#` begins a comment. Empty text is a
 * problem: whoever wants nothing pruned leaves `retention` out.
 */
export function parsePolicy(text: string): ParsedPolicy {
  const problems: Problem[] = [];
  const policy: Partial<Record<Tier, readonly [Rule, ...Rule[]]>> = {};
  const lines = text
    .split(/\r\n|\r|\n/)
    .flatMap(line => line.replace(/#.*$/, '').split(';'))
    .map(line => line.trim())
    .filter(line => line !== '');
  for (const line of lines) {
    const [, tier, rules] = /^([^:]*?)\s*:\s*(.*)$/.exec(line) ?? [];
    if (tier === undefined || rules === undefined || !/^[\w-]+$/.test(tier)) {
      problems.push(retentionLineUnreadable(line));
    } else if (!isTier(tier)) {
      problems.push(retentionTierUnknown(tier, TIERS));
    } else if (policy[tier]) {
      problems.push(retentionTierTwice(tier));
    } else {
      policy[tier] = parseRules(tier, rules, problems);
    }
  }
  if (lines.length === 0) problems.push(retentionEmpty());
  const [first, ...rest] = problems;
  return first ? { not: [first, ...rest] } : { ok: policy };
}

/** As it would be written in a policy: `30d`, `12`, `forever`. */
export function printRule(rule: Rule): string {
  if (rule.keep === 'forever') return 'forever';
  return rule.keep === 'count' ? `${rule.count}` : printAge(rule.age);
}

export function printAge({ amount, unit }: Age): string {
  return `${amount}${unit}`;
}

/** What stands in for a rule that wasn't understood keeps everything; the problem beside it stops the run anyway. */
const UNREAD: Rule = { keep: 'forever' };

function parseRules(tier: Tier, text: string, problems: Problem[]): readonly [Rule, ...Rule[]] {
  const [first = UNREAD, ...rest] = text.split(',').map(part => {
    const rule = parseRule(part.trim());
    if (typeof rule === 'object') return rule;
    problems.push(retentionRuleUnreadable(tier, part.trim(), rule));
    return UNREAD;
  });
  return [first, ...rest];
}

/** The rule, or a hint (undefined where there is none better than the general one). */
function parseRule(text: string): Rule | string | undefined {
  if (text === 'forever' || text === 'all') return { keep: 'forever' };
  const [, digits, unit] = /^([1-9]\d{0,4})(h|d|w|mo|y)?$/.exec(text) ?? [];
  if (digits !== undefined) {
    const amount = Number(digits);
    return unit === undefined
      ? { keep: 'count', count: amount }
      : { keep: 'age', age: { amount, unit: unit as AgeUnit } };
  }
  if (/^\d+m$/.test(text))
    return 'A bare `m` could be minutes or months: write `mo` for months, as in `12mo`.';
  if (/^[-+]?0+(\.0*)?[a-z]*$/.test(text))
    return 'To keep none of a tier is not possible; leave out the tier to keep all.';
  if (/^\d+$/.test(text))
    return 'Numbers have up to five digits and no leading zero. Write `forever` to keep all.';
  return undefined;
}
