// The last line of every summary: what the run spent its time on.
import { prose } from './markdown.ts';
import { formatDuration } from './quantities.ts';
import type { RunOutcome } from './run-outcome.ts';

const MOST_SHOWN = 20;

export function renderStages({ stages }: Pick<RunOutcome, 'stages'>): string | undefined {
  if (stages.length === 0) return undefined;
  const parts = stages
    .slice(0, MOST_SHOWN)
    .map(({ name, seconds }) => `${prose(name, 80)} ${formatDuration(seconds)}`);
  return `<sub>${parts.join(' · ')}</sub>`;
}
