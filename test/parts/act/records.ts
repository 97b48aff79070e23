// Reads what act writes with --json into jobs and their steps. What act skips it does not write at all, so a test asks
// which jobs and steps appeared; and it calls every job of a matrix failed once one is, so a job's result is made here
// from its own steps.

export type Result = 'success' | 'failure';

export interface StepRun {
  readonly name: string;
  readonly result: Result;
}

export interface JobRun {
  /** As the workflow's file calls it. */
  readonly id: string;
  /** What the matrix gave it; empty without one. */
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly result: Result;
  /** Those that ran, in order; `post` steps not among them. */
  readonly steps: readonly StepRun[];
  /** By `<step id>.<name>`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown, all steps' together. */
  readonly summary: string;
  /** `::error::` and its like, as `<kind>: <text>`. */
  readonly annotations: readonly string[];
  /** As people see it. */
  readonly log: string;
}

interface Line {
  readonly job?: string;
  readonly jobID?: string;
  readonly matrix?: Readonly<Record<string, unknown>>;
  readonly msg?: string;
  readonly stage?: string;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stepResult?: Result;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
}

interface Draft {
  id: string;
  matrix: Readonly<Record<string, unknown>>;
  steps: StepRun[];
  outputs: Record<string, string>;
  summary: string;
  annotations: string[];
  log: string;
  failed: boolean;
}

export function readJobs(printed: string): JobRun[] {
  const drafts = new Map<string, Draft>();
  for (const text of printed.split('\n')) {
    if (!text.startsWith('{')) continue;
    const line: Line = JSON.parse(text);
    if (line.job === undefined || line.jobID === undefined || line.step === undefined) continue;
    const draft = drafts.get(line.job) ?? begin(line.jobID, line.matrix ?? {});
    drafts.set(line.job, draft);
    note(draft, line);
  }
  return [...drafts.values()].map(({ failed, ...job }) => ({
    ...job,
    result: failed ? 'failure' : 'success',
  }));
}

function begin(id: string, matrix: Readonly<Record<string, unknown>>): Draft {
  return { id, matrix, steps: [], outputs: {}, summary: '', annotations: [], log: '', failed: false };
}

function note(draft: Draft, line: Line): void {
  draft.log += `${line.msg ?? ''}\n`;
  if (line.stepResult !== undefined) {
    if (line.stage === 'Main') draft.steps.push({ name: line.step ?? '', result: line.stepResult });
    if (line.stepResult === 'failure') draft.failed = true;
  }
  switch (line.command) {
    case 'set-output':
      draft.outputs[`${line.stepID?.at(-1) ?? ''}.${line.name}`] = line.arg ?? '';
      break;
    case 'summary':
      draft.summary += line.content ?? '';
      break;
    case 'error':
    case 'warning':
    case 'notice':
      draft.annotations.push(`${line.command}: ${line.arg}`);
      break;
  }
}
