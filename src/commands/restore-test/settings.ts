// What a restore test is told to do: the part of the configuration that the command itself reads.
import type { Level } from '../../backups/level.ts';
import type { Selector } from '../../backups/selector.ts';
import type { Tier } from '../../backups/tier.ts';
import type { Warning } from '../../problems/problem.ts';
import type { Thaw } from '../thaw.ts';

/** `random`: any good one, so that old ones are tested too. */
export type TestSelector = Selector | { readonly by: 'random' };

export interface RestoreTestSettings {
  /** undefined: the only one at the destination. */
  readonly name: string | undefined;
  readonly selector: TestSelector;
  readonly tier: Tier | undefined;
  readonly level: Level | undefined;
  readonly thaw: Thaw;
  readonly jobs: number;
  /** Statements of the user's SQL file, checked to hold no psql command; empty where there is none. */
  readonly assertions: readonly string[];
  /** Of each assertion. */
  readonly assertionTimeoutMs: number;
  readonly isolation: 'auto' | 'none';
  /** `minimal`: what is shown leaves out names, hosts and rows. */
  readonly detail: 'full' | 'minimal';
  /** Found while the inputs were read. */
  readonly warnings: readonly Warning[];
}
