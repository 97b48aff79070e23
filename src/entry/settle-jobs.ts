// How many connections restore and compare at once, where nobody says.
import { availableParallelism } from 'node:os';

/** More gain nothing on one server, and each wants memory there. */
const MOST_JOBS = 8;

export function settleJobs(wanted: number | undefined): number {
  return wanted ?? Math.min(MOST_JOBS, Math.max(2, availableParallelism()));
}
