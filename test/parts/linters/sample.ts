// Workflows to lint, wherever they stand: files, examples, blocks in the documentation; and what a linter says of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkout } from '../folder.ts';

export interface Sample {
  /** Where a person finds it. */
  readonly where: string;
  /** A whole workflow. */
  readonly text: string;
}

export interface Finding {
  readonly where: string;
  readonly line: number;
  readonly message: string;
}

export const WORKFLOWS = join('.github', 'workflows');

export function readWorkflows(folder: string): Sample[] {
  return readdirSync(join(checkout, folder))
    .filter(name => /\.ya?ml$/.test(name))
    .map(name => ({ where: join(folder, name), text: readFileSync(join(checkout, folder, name), 'utf8') }));
}

/** A block of the documentation as a workflow: whole ones as they are, steps in a job; undefined for any other YAML. */
export function asWorkflow(block: string): string | undefined {
  const value: unknown = parse(block);
  if (Array.isArray(value)) return isSteps(value) ? wrap(block) : undefined;
  if (typeof value !== 'object' || value === null || !('jobs' in value)) return undefined;
  return 'on' in value ? block : `on: workflow_dispatch\npermissions: {}\n${block}`;
}

function isSteps(value: readonly unknown[]): boolean {
  return value.every(step => typeof step === 'object' && step !== null && ('uses' in step || 'run' in step));
}

function wrap(steps: string): string {
  const indented = steps.replaceAll(/^(?=.)/gm, '      ');
  return `on: workflow_dispatch\npermissions: {}\njobs:\n  job:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 60\n    steps:\n${indented}`;
}
