// Which backup a command is to work on, read from `backup`, `tier` and `level`.
import type { Wish } from '../backups/choose-backup.ts';
import { LEVELS, type Level } from '../backups/level.ts';
import { parseSelector, type Selector } from '../backups/selector.ts';
import { TIERS, type Tier } from '../backups/tier.ts';
import { selectorMissing, selectorUnreadable } from '../problems/choose.ts';
import type { InputReader } from './raw-inputs.ts';

export function readWish(inputs: InputReader): Wish {
  return { selector: readSelector(inputs), ...readNarrowing(inputs) };
}

/** What narrows the choice, whatever is chosen from. */
export function readNarrowing(inputs: InputReader): { tier: Tier | undefined; level: Level | undefined } {
  const tier = inputs.choice('tier', ['any', ...TIERS]);
  const level = inputs.choice('level', ['any', ...LEVELS]);
  return {
    tier: tier === 'any' ? undefined : tier,
    level: level === 'any' ? undefined : level,
  };
}

export function readSelector(inputs: InputReader): Selector {
  const text = inputs.text('backup');
  const selector = parseSelector(text);
  if (selector) return selector;
  inputs.problems.push(text === '' ? selectorMissing() : selectorUnreadable(text));
  return { by: 'latest' };
}
