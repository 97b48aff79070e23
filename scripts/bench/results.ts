// From runs to answers: ratios of runs of the same round, their medians, each against what was set as its target.
import type { CaseName } from './cases.ts';
import type { Usage } from './processes.ts';

/** One round: every case that was run in it, once. */
export type Round = Partial<Record<CaseName, Usage>>;

export interface Answer {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** `most`: no more than this; `least`: no less; null: told, and held to nothing. */
  readonly target: { readonly most: number } | { readonly least: number } | null;
  /** Of how many rounds the median is. */
  readonly rounds: number;
  readonly lowest: number;
  readonly highest: number;
  readonly pass: boolean;
}

type Ask = (round: Round, rawBytes: number) => number | null;
type Question = readonly [what: string, unit: string, target: Answer['target'], ask: Ask];

const QUESTIONS: readonly Question[] = [
  ['backup, of pg_dump zstd:3 alone', 'x', { most: 1.15 }, ratio('backup', 'pg_dump zstd:3')],
  [
    'without the decode proof (upload only, from the start of pg_dump)',
    'x',
    { most: 1.1 },
    ratio('upload only', 'pg_dump zstd:3'),
  ],
  [
    'backup zstd:1, of pg_dump without compression',
    'x',
    { most: 1.15 },
    ratio('backup zstd:1', 'pg_dump none'),
  ],
  ['age encryption adds', 'x', { most: 0.05 }, addedByAge],
  ['CPU of node and pg_restore, a raw GB', 's', { most: 2 }, cpuOfProof],
  ['memory of node', 'MB', { most: 150 }, ({ backup }) => (backup && backup.peakBytes / 1e6) || null],
  ['start to first byte of pg_dump', 's', { most: 0.6 }, ({ backup }) => backup?.firstByteSeconds ?? null],
  ["restore: pg_restore's part of it, of pg_restore alone", 'x', { most: 1.1 }, loadingOfRestore],
  [
    'restore: all of it (fetch, verify, decode, load, compare, analyze), of pg_restore alone',
    'x',
    null,
    ratio('restore', 'pg_restore alone'),
  ],
  ['download, of one stream', 'x', { most: 0.35 }, ratio('download', 'download by one stream')],
  [
    'memory of node in a restore',
    'MB',
    { most: 150 },
    ({ restore }) => (restore && restore.peakBytes / 1e6) || null,
  ],
  [
    'memory of a restore, of that of a quarter',
    'x',
    { most: 1.2 },
    memory('restore', 'restore of a quarter'),
  ],
  [
    'memory of a download, of that of a quarter',
    'x',
    { most: 1.2 },
    memory('download', 'download of a quarter'),
  ],
  ['pg_dump -Fc, --list, aws s3 cp: slower by', 'x', { least: 3.5 }, ratio('recipe gzip:6', 'backup')],
  ['pg_dump -Z9 -f, aws s3 cp: slower by', 'x', { least: 5 }, ratio('recipe gzip:9', 'backup')],
  ['pg_dump -Fp | gzip -9 | aws s3 cp -: slower by', 'x', { least: 5.5 }, ratio('recipe plain', 'backup')],
];

/** Questions that no round can answer are left out. */
export function answer(rounds: readonly Round[], rawBytes: number): Answer[] {
  return QUESTIONS.flatMap(([what, unit, target, ask]) => {
    const values = rounds.map(round => ask(round, rawBytes)).filter(value => value !== null);
    const sorted = values.toSorted((a, b) => a - b);
    const [lowest, highest] = [sorted[0], sorted.at(-1)];
    if (lowest === undefined || highest === undefined) return [];
    const value = median(sorted);
    const pass = target === null || ('most' in target ? value <= target.most : value >= target.least);
    return [{ what, value, unit, target, rounds: sorted.length, lowest, highest, pass }];
  });
}

/** Of numbers in order, at least one. */
export function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function ratio(of: CaseName, to: CaseName): Ask {
  return round => {
    const [one, other] = [round[of], round[to]];
    return one && other ? one.seconds / other.seconds : null;
  };
}

function memory(of: CaseName, to: CaseName): Ask {
  return round => {
    const [one, other] = [round[of], round[to]];
    return one && other ? one.peakBytes / other.peakBytes : null;
  };
}

/** The same work as pg_restore alone does, by the run's own stages: what else it does has no counterpart there. */
function loadingOfRestore({ restore, 'pg_restore alone': alone }: Round): number | null {
  if (!restore || !alone) return null;
  const { stages } = JSON.parse(restore.stdout) as { stages: { name: string; seconds: number }[] };
  const loading = stages.find(({ name }) => name === 'Restore');
  return loading ? loading.seconds / alone.seconds : null;
}

function addedByAge(round: Round): number | null {
  const [sealed, open, dump] = [round['backup with age'], round.backup, round['pg_dump zstd:3']];
  return sealed && open && dump ? (sealed.seconds - open.seconds) / dump.seconds : null;
}

function cpuOfProof({ backup }: Round, rawBytes: number): number | null {
  if (!backup) return null;
  return ((backup.cpu.node ?? 0) + (backup.cpu.pg_restore ?? 0)) / (rawBytes / 1e9);
}
