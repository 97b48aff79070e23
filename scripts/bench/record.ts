// docs/bench.json: what one run of the bench found, with the facts of its machine. README and docs/performance.md are made
// from it, so that no page tells a figure that no run has given.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';
import type { CaseName } from './cases.ts';
import type { MachineFacts, Span } from './machine.ts';
import type { Usage } from './processes.ts';
import { type Answer, median, type Round, type Stage, stagesOf } from './results.ts';

export interface BenchRecord {
  /** The day it was run on. */
  readonly day: string;
  readonly machine: MachineFacts;
  readonly span: Span;
  readonly postgres: string;
  readonly store: string;
  readonly rounds: number;
  readonly recipeRounds: number;
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly jobs: number;
  readonly answers: readonly Answer[];
  readonly cases: readonly CaseMedians[];
  /** Medians of what a whole backup and a whole restore tell of themselves. */
  readonly stages: { readonly backup: readonly Stage[]; readonly restore: readonly Stage[] };
}

/** Of one case, the medians of its rounds. CPU in seconds. */
export interface CaseMedians {
  readonly name: CaseName;
  readonly seconds: number;
  readonly cpu: { readonly [program in 'all' | 'pg_dump' | 'pg_restore' | 'node']: number };
  /** Of Node, where it is Node. */
  readonly peakMegabytes: number | null;
}

const FILE = join(root, 'docs', 'bench.json');

export function readRecord(): BenchRecord {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Numbers to four digits behind the point: more is noise. */
export function writeRecord(record: BenchRecord): string {
  const shorten = (_key: string, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value;
  writeFileSync(FILE, `${JSON.stringify(record, shorten, 2)}\n`);
  return FILE;
}

export function caseMedians(rounds: readonly Round[]): CaseMedians[] {
  const names = [...new Set(rounds.flatMap(round => Object.keys(round)))] as CaseName[];
  return names.map(name => {
    const usages = rounds.map(round => round[name]).filter(usage => usage !== undefined);
    const of = (pick: (usage: Usage) => number) => median(usages.map(pick).toSorted((a, b) => a - b));
    const cpu = (program: string) => of(usage => usage.cpu[program] ?? 0);
    const ofNode = cpu('node') > 0;
    return {
      name,
      seconds: of(usage => usage.seconds),
      cpu: { all: cpu('all'), pg_dump: cpu('pg_dump'), pg_restore: cpu('pg_restore'), node: cpu('node') },
      peakMegabytes: ofNode ? of(usage => usage.peakBytes) / 1e6 : null,
    };
  });
}

/** In the order of the first run. */
export function stageMedians(rounds: readonly Round[], name: CaseName): Stage[] {
  const runs = rounds.flatMap(round => (round[name] ? [stagesOf(round[name])] : []));
  return (runs[0] ?? []).map(stage => {
    const seconds = runs.map(stages => stages.find(other => other.name === stage.name)?.seconds ?? 0);
    return { name: stage.name, seconds: median(seconds.toSorted((a, b) => a - b)) };
  });
}
