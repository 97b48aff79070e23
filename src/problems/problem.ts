// The one error type that people see: what failed, with the value; what to do; a code that is a heading in
// docs/troubleshooting.md. The texts stand in the files beside this one, by domain; nobody else writes them.

/**
 * Decides exit status and severity: `configuration` 2, `stale` 3, `cancelled` 130 or 143, everything else 1.
 * `remote` is a server (PostgreSQL, the store) that refused or failed; `integrity` a check that did not hold.
 */
export type ProblemKind =
  | 'configuration'
  | 'environment'
  | 'remote'
  | 'integrity'
  | 'stale'
  | 'cancelled'
  | 'internal';

/**
 * PGB1xx inputs, 2xx PostgreSQL, 3xx store, 4xx proof, 5xx retention and identity, 6xx keys and (650 on) the gate, 7xx notices, 8xx restoring,
 * 9xx the run.
 */
export type ProblemCode = `PGB${number}`;

export interface ProblemText {
  readonly kind: ProblemKind;
  readonly code: ProblemCode;
  /** What failed, with the value: one sentence, no secret in it. */
  readonly summary: string;
  /** What to do: one or two sentences. */
  readonly hint: string;
  /** Last lines a tool or server printed; redacted before they are shown. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

export class Problem extends Error implements ProblemText {
  readonly kind: ProblemKind;
  readonly code: ProblemCode;
  readonly summary: string;
  readonly hint: string;
  readonly detail: string | undefined;

  constructor(text: ProblemText) {
    super(`${text.summary} ${text.hint}`, text.cause === undefined ? undefined : { cause: text.cause });
    this.name = 'Problem';
    this.kind = text.kind;
    this.code = text.code;
    this.summary = text.summary;
    this.hint = text.hint;
    this.detail = text.detail;
  }
}

/** Several problems found at once (inputs, preflight): all of them are shown, the first decides the kind. */
export class Problems extends Error {
  readonly all: readonly [Problem, ...Problem[]];

  constructor(all: readonly [Problem, ...Problem[]]) {
    super(all.map(problem => problem.message).join('\n'));
    this.name = 'Problems';
    this.all = all;
  }
}

/** Throws nothing for an empty list, the problem itself for one, `Problems` for more. */
export function throwAll(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (!first) return;
  throw rest.length === 0 ? first : new Problems([first, ...rest]);
}

/** Something that did not fail the run but must be told: same shape, so that it has a code and a remedy as well. */
export interface Warning {
  readonly code: ProblemCode;
  readonly summary: string;
  readonly hint: string;
  /** Shown in capitals: the backup may not be what it seems (shrunk, unproven, prune suspended). */
  readonly loud?: boolean;
}
