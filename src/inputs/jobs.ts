// How many connections restore and compare at once.
import { notACount } from '../problems/inputs.ts';
import type { InputReader } from './raw-inputs.ts';

/** undefined for `auto`. */
export function readJobs(inputs: InputReader): number | undefined {
  const text = inputs.text('jobs');
  if (text === 'auto') return undefined;
  const jobs = inputs.count('jobs');
  // With a single one pg_restore loads outside of the table's own transaction, and rows lose their order.
  if (jobs < 2 || jobs > 64) inputs.problems.push(notACount('jobs', text));
  return jobs;
}
