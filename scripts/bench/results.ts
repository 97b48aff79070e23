// From runs to answers: ratios of runs of the same round, their medians, each against what was set as its target.
import type { CaseName } from './cases.ts';
import type { Usage } from './processes.ts';

/** One round: every case that was run in it, once. */
export type Round = Partial<Record<CaseName, Usage>>;

export interface Answer {
  /** By which pages name it. */
  readonly id: string;
  /** As a terminal and a page tell it. */
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
type Question = readonly [id: string, what: string, unit: string, target: Answer['target'], ask: Ask];

const QUESTIONS: readonly Question[] = [
  [
    'backup',
    'a whole proven backup, against the same `pg_dump` to `/dev/null` (zstd:3)',
    'x',
    { most: 1.15 },
    ratio('backup', 'pg_dump zstd:3'),
  ],
  [
    'upload',
    'the same upload without the proof, from the start of `pg_dump`',
    'x',
    { most: 1.1 },
    ratio('upload only', 'pg_dump zstd:3'),
  ],
  [
    'backup-zstd1',
    'a whole backup with zstd:1, against an uncompressed `pg_dump` to `/dev/null`',
    'x',
    { most: 1.15 },
    ratio('backup zstd:1', 'pg_dump none'),
  ],
  ['age', 'what age encryption adds to it', 'x', { most: 0.05 }, addedByAge],
  ['cpu', 'CPU of Node and `pg_restore` while backing up, for a GB of rows', 's', { most: 2 }, cpuOfProof],
  ['memory', 'memory of Node in a backup', 'MB', { most: 150 }, megabytes('backup')],
  [
    'first-byte',
    'from the start to the first byte of `pg_dump`',
    's',
    { most: 0.6 },
    ({ backup }) => backup?.firstByteSeconds ?? null,
  ],
  [
    'restore-load',
    "a restore's loading, against `pg_restore` alone with as many jobs",
    'x',
    { most: 1.1 },
    loadingOfRestore,
  ],
  [
    'restore',
    'a whole restore (verified, decoded, loaded, compared, analyzed), against `pg_restore` and `vacuumdb --analyze-only`',
    'x',
    { most: 1.1 },
    ratio('restore', 'pg_restore, vacuumdb'),
  ],
  ['restore-bare', 'the same, against `pg_restore` alone', 'x', null, ratio('restore', 'pg_restore alone')],
  [
    'download',
    'a download where each connection is held to 20 MB/s, against one stream',
    'x',
    { most: 0.35 },
    ratio('download', 'download by one stream'),
  ],
  ['restore-memory', 'memory of Node in a restore', 'MB', { most: 150 }, megabytes('restore')],
  [
    'restore-memory-growth',
    'memory of a restore, against one of a quarter of the data',
    'x',
    { most: 1.2 },
    memory('restore', 'restore of a quarter'),
  ],
  [
    'download-memory-growth',
    'memory of a download, against one of a quarter of the data',
    'x',
    { most: 1.2 },
    memory('download', 'download of a quarter'),
  ],
  [
    'recipe-gzip6',
    'faster than `pg_dump -Fc`, `pg_restore --list`, `aws s3 cp`',
    'times',
    { least: 3.5 },
    ratio('recipe gzip:6', 'backup'),
  ],
  [
    'recipe-gzip9',
    'faster than `pg_dump -Fc -Z9 -f`, `aws s3 cp`',
    'times',
    { least: 5 },
    ratio('recipe gzip:9', 'backup'),
  ],
  [
    'recipe-plain',
    'faster than `pg_dump -Fp`, `gzip -9`, `aws s3 cp -`',
    'times',
    { least: 5.5 },
    ratio('recipe plain', 'backup'),
  ],
];

/** Questions that no round can answer are left out. */
export function answer(rounds: readonly Round[], rawBytes: number): Answer[] {
  return QUESTIONS.flatMap(([id, what, unit, target, ask]) => {
    const values = rounds.map(round => ask(round, rawBytes)).filter(value => value !== null);
    return values.length > 0 ? [toAnswer({ id, what, unit, target }, values)] : [];
  });
}

/** `values`: of each round, at least one. */
export function toAnswer(
  question: Pick<Answer, 'id' | 'what' | 'unit' | 'target'>,
  values: readonly number[],
): Answer {
  const sorted = values.toSorted((a, b) => a - b);
  const value = median(sorted);
  const [lowest = value, highest = value] = [sorted[0], sorted.at(-1)];
  const { target } = question;
  const pass = target === null || ('most' in target ? value <= target.most : value >= target.least);
  return { ...question, value, rounds: sorted.length, lowest, highest, pass };
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
  const loading = stagesOf(restore).find(({ name }) => name === 'Restore');
  return loading ? loading.seconds / alone.seconds : null;
}

export interface Stage {
  readonly name: string;
  readonly seconds: number;
}

/** What a run of the product tells of itself. */
export function stagesOf({ stdout }: Usage): readonly Stage[] {
  const { stages } = JSON.parse(stdout) as { stages: readonly Stage[] };
  return stages;
}

function megabytes(of: CaseName): Ask {
  return round => {
    const usage = round[of];
    return usage ? usage.peakBytes / 1e6 : null;
  };
}

function addedByAge(round: Round): number | null {
  const [sealed, open, dump] = [round['backup with age'], round.backup, round['pg_dump zstd:3']];
  return sealed && open && dump ? (sealed.seconds - open.seconds) / dump.seconds : null;
}

function cpuOfProof({ backup }: Round, rawBytes: number): number | null {
  if (!backup) return null;
  return ((backup.cpu.node ?? 0) + (backup.cpu.pg_restore ?? 0)) / (rawBytes / 1e9);
}
