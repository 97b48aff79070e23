// Plays a workflow's jobs through by GitHub's rules, without running anything: given how each job would end, which ones
// run at all. For what act gets wrong: jobs after one that failed or was cancelled.
import { isMet, type Json } from './expressions.ts';

export type Ending = 'success' | 'failure' | 'cancelled' | 'skipped';

export interface PlayedJob {
  readonly needs?: string | readonly string[];
  readonly if?: string | boolean;
}

export interface Play {
  readonly inputs?: Readonly<Record<string, Json>>;
  /** How a job ends that runs; `success` where nothing is said. */
  readonly endings?: Readonly<Record<string, Ending>>;
  /** By job and output. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly github?: Readonly<Record<string, Json>>;
  /** The run is cancelled once this job runs. */
  readonly cancelledIn?: string;
}

export function playJobs(jobs: Readonly<Record<string, PlayedJob>>, play: Play): Record<string, Ending> {
  const ended: Record<string, Ending> = {};
  let cancelled = false;
  const needsOf = (id: string): readonly string[] => [jobs[id]?.needs ?? []].flat();
  const ancestors = (id: string): string[] => needsOf(id).flatMap(need => [need, ...ancestors(need)]);
  const pending = new Set(Object.keys(jobs));
  while (pending.size > 0) {
    const id = [...pending].find(candidate => needsOf(candidate).every(need => need in ended));
    if (id === undefined) throw new Error(`jobs that wait for each other: ${[...pending].join(', ')}`);
    pending.delete(id);
    const needs = Object.fromEntries(
      needsOf(id).map(need => [need, { result: ended[need] ?? '', outputs: play.outputs?.[need] ?? {} }]),
    );
    const contexts = { needs, inputs: play.inputs ?? {}, github: play.github ?? {} };
    const soFar = { results: ancestors(id).map(need => ended[need] ?? ''), cancelled };
    const condition = jobs[id]?.if;
    const runs = isMet(condition === undefined ? undefined : String(condition), contexts, soFar);
    if (runs && id === play.cancelledIn) cancelled = true;
    ended[id] = runs
      ? cancelled && id === play.cancelledIn
        ? 'cancelled'
        : (play.endings?.[id] ?? 'success')
      : 'skipped';
  }
  return ended;
}
