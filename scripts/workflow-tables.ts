// The tables of docs/workflows.md, made from the workflows that they speak of: inputs, secrets, outputs, permissions, and
// the caller as it stands in examples/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './root.ts';

interface Input {
  readonly description: string;
  readonly type: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
}

interface Described {
  readonly description: string;
}

export interface CalledWorkflow {
  readonly file: string;
  readonly text: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly secrets: Readonly<Record<string, Described>>;
  readonly outputs: Readonly<Record<string, Described & { readonly value: string }>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export interface WorkflowJob {
  readonly name?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
  readonly 'timeout-minutes'?: number;
}

export interface WorkflowStep {
  readonly id?: string;
  readonly name: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const FOLDER = join('.github', 'workflows');

/** Those that other repositories call. */
export function calledWorkflows(): CalledWorkflow[] {
  return readdirSync(join(root, FOLDER))
    .map(file => ({ file, text: readFileSync(join(root, FOLDER, file), 'utf8') }))
    .flatMap(({ file, text }) => {
      const { on, jobs } = parse(text);
      if (!on.workflow_call) return [];
      const { inputs = {}, secrets = {}, outputs = {} } = on.workflow_call;
      return [{ file, text, inputs, secrets, outputs, jobs }];
    });
}

/** docs/workflows.md with what lies between its marks made anew. */
export function workflowsPage(page: string): string {
  return calledWorkflows().reduce(
    (text, workflow) =>
      text.replace(
        new RegExp(`<!-- made from ${workflow.file} -->[\\s\\S]*?<!-- end -->`),
        () => `<!-- made from ${workflow.file} -->\n\n${describe(workflow)}\n\n<!-- end -->`,
      ),
    page,
  );
}

function describe({ file, inputs, secrets, outputs, jobs }: CalledWorkflow): string {
  const caller = readFileSync(join(root, 'examples', file), 'utf8').replace(/^(#.*\n)+/, '');
  return [
    `\`\`\`yaml\n${caller}\`\`\``,
    table(['input', 'what it says', 'default'], Object.entries(inputs).map(inputRow)),
    table(
      ['secret', 'what it is'],
      Object.entries(secrets).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
    table(
      ['output', 'what it says'],
      Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
    table(
      ['job', 'environment', 'permissions'],
      Object.values(jobs).map(job => [
        plain(job.name ?? ''),
        job.environment === undefined ? '' : environmentOf(job.environment),
        Object.entries(job.permissions ?? {})
          .map(([name, level]) => `\`${name}: ${level}\``)
          .join(', '),
      ]),
    ),
  ].join('\n\n');
}

function inputRow([name, input]: [string, Input]): string[] {
  const value = String(input.default ?? '');
  const shown = input.required ? 'required' : value === '' ? '' : `\`${value}\``;
  return [`\`${name}\``, input.description, shown];
}

/** Which inputs name it. */
function environmentOf(expression: string): string {
  return [...expression.matchAll(/(inputs|matrix\.database)\.([\w-]+)/g)]
    .map(([, from, name]) => (from === 'inputs' ? `\`${name}\`` : 'the database’s own'))
    .join(', else ');
}

function plain(name: string): string {
  return name.replaceAll(/\$\{\{ (?:inputs|matrix\.database)\.([\w-]+) \}\}/g, '…');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => `| ${row.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [cells(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(cells)].join('\n');
}
