// What a workflow that others call has promised: started by callers alone, nothing granted by default, turns taken per
// name, our own actions of its own commit, every input and secret used, and defaults that are those of the actions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CalledWorkflow, calledWorkflows, type WorkflowStep } from '../../scripts/workflow-tables.ts';
import { actionFiles } from '../parts/action-files.ts';
import { checkout } from '../parts/folder.ts';

interface ActionInput {
  readonly default: string;
}

const actions = actionFiles();
const workflows = calledWorkflows();

/** Where a workflow fixes what the action leaves open, by action and input, and why. */
const FIXED: Readonly<Record<string, string>> = {
  'backup prune': 'its second job does that, with a role of its own',
  'prune dry-run': 'a schedule that only plans would prune nothing',
  'restore dry-run': 'the first job plans',
};

/** Where a workflow's default is another than the action's, and why. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = {
  'watchdog.yml notify-on': 'a watch that reports every day is not read',
  'watchdog.yml fail-on': 'a backup that is too old is a warning to the action, and what the watchdog is for',
};

function stepsOf({ jobs }: CalledWorkflow): WorkflowStep[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

/** The inputs of the action that a step calls; undefined for what is not ours. */
function inputsOf({ uses }: WorkflowStep): Record<string, ActionInput> | undefined {
  const [, folder] = /^\$\/(.*)$/.exec(uses ?? '') ?? [];
  return folder === undefined ? undefined : parse(actions[join(folder, 'action.yml')] ?? '').inputs;
}

it('are at least the six that the documentation speaks of', () => {
  expect(workflows.map(({ file }) => file)).toEqual(
    expect.arrayContaining([
      'backup-fleet.yml',
      'backup.yml',
      'migration-gate.yml',
      'restore-test.yml',
      'restore.yml',
      'watchdog.yml',
    ]),
  );
});

describe.each(workflows.map(workflow => [workflow.file, workflow] as const))('%s', (file, workflow) => {
  const { text, inputs, secrets, outputs, jobs } = workflow;
  const whole = parse(text);

  it('is started by callers alone, and grants nothing by default', () => {
    expect(Object.keys(whole.on)).toEqual(['workflow_call']);
    expect(whole.permissions).toEqual({});
  });

  it('opens with its caller, which is the beginning of the example', () => {
    const shown = text
      .slice(0, text.indexOf('\nname:'))
      .split('\n')
      .filter(line => line.startsWith('#   '))
      .map(line => line.slice(4));
    const caller = parse(shown.join('\n').replaceAll('@<commit>', '@commit'));
    const example = parse(readFileSync(join(checkout, 'examples', file), 'utf8'));
    const [id = ''] = Object.keys(caller.jobs);
    const [shownJob, job] = [caller.jobs[id], example.jobs[id]];
    expect(shownJob.uses.replace(/@.*/, '')).toBe(`org/pg-backup-action/.github/workflows/${file}`);
    expect(shownJob.permissions).toEqual(job.permissions);
    expect(Object.keys(job.with)).toEqual(expect.arrayContaining(Object.keys(shownJob.with)));
    expect(Object.keys(example.on)).toEqual(expect.arrayContaining(Object.keys(caller.on)));
  });

  it('is granted by its example what its jobs ask for, and no more', () => {
    const example = parse(readFileSync(join(checkout, 'examples', file), 'utf8'));
    const [job] = Object.values<{ permissions?: Record<string, string> }>(example.jobs);
    const asked = Object.assign({}, ...Object.values(jobs).map(({ permissions }) => permissions ?? {}));
    expect(job?.permissions).toEqual(asked);
  });

  it('ends every job, and lets its name choose the environment', () => {
    for (const [id, job] of Object.entries(jobs)) {
      expect(job['timeout-minutes'], id).toEqual(expect.any(Number));
      expect(job.environment, id).toMatch(/inputs\.(?:[\w-]+-)?environment/);
    }
  });

  it('lets backup, prune and restore of one name take turns, and drops none that waits', () => {
    for (const [id, { concurrency }] of Object.entries(jobs).filter(([id]) =>
      /^(?:backup|prune|restore)$/.test(id),
    ))
      expect(concurrency, id).toEqual({
        group: expect.stringMatching(/^pg-backup-\$\{\{ (?:inputs|matrix\.database)\.name \}\}$/),
        'cancel-in-progress': false,
        queue: 'max',
      });
  });

  it('calls our actions at its own commit, and others by a commit with its version', () => {
    for (const line of text.split('\n').filter(each => /^\s+uses:/.test(each)))
      expect(line).toMatch(/uses: (?:\$\/[\w./-]*|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  it('uses every input and every secret', () => {
    const body = text.slice(text.indexOf('\njobs:'));
    const unused = [
      ...Object.keys(inputs).filter(name => !new RegExp(`inputs\\.${name}\\b(?!-)`).test(body)),
      ...Object.keys(secrets).filter(name => !new RegExp(`secrets\\.${name}\\b`).test(body)),
    ];
    expect(unused).toEqual([]);
  });

  it('has for its inputs the defaults and the types of the actions that they are handed to', () => {
    for (const step of stepsOf(workflow)) {
      const known = inputsOf(step);
      for (const [name, value] of Object.entries(step.with ?? {})) {
        const [, input] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(String(value)) ?? [];
        if (!known || input === undefined || input !== name || inputs[input]?.required) continue;
        if (`${file} ${name}` in OTHER_DEFAULTS) continue;
        expect(String(inputs[input]?.default), `${step.name}: ${name}`).toBe(known[name]?.default);
      }
    }
    for (const [name, input] of Object.entries(inputs)) {
      expect(['string', 'boolean', 'number'], name).toContain(input.type);
      if (input.default !== undefined) expect(typeof input.default, name).toBe(input.type);
    }
  });

  it('lets no step send messages by other rules than its own', () => {
    for (const step of stepsOf(workflow)) {
      if (step.with?.['slack-webhook-url'] === undefined || !inputsOf(step)?.['notify-on']) continue;
      expect(step.with, step.name).toMatchObject({
        'notify-on': expect.stringContaining('inputs.notify-on'),
        'github-token': expect.stringContaining('github.token'),
      });
    }
  });

  // A run whose caller holds the group that a job of it waits for never ends: GitHub cancels it.
  it('is called by no workflow that holds the turn which its jobs wait for', () => {
    const caller = parse(readFileSync(join(checkout, 'examples', file), 'utf8'));
    const callers: { concurrency?: string | { group?: string } }[] = [
      caller,
      ...Object.values<object>(caller.jobs),
    ];
    for (const { concurrency } of callers) {
      const group = typeof concurrency === 'string' ? concurrency : concurrency?.group;
      expect(group ?? '').not.toMatch(/^pg-backup-/);
    }
  });

  it('fixes what the action leaves open only where there is a reason', () => {
    for (const step of stepsOf(workflow)) {
      for (const [name, value] of Object.entries(step.with ?? {})) {
        if (typeof value !== 'boolean' || !inputsOf(step)) continue;
        const action = (step.uses ?? '').replace('$/', '') || 'backup';
        expect(Object.keys(FIXED), `${step.name}: ${name}`).toContain(`${action} ${name}`);
      }
    }
  });

  it('hands on ids, hashes, verdicts and counts alone, of steps that there are', () => {
    for (const [name, { value }] of Object.entries(outputs)) {
      const [, job = '', output = ''] = /^\$\{\{ jobs\.([\w-]+)\.outputs\.([\w-]+) \}\}$/.exec(value) ?? [];
      const [, step = ''] =
        /^\$\{\{ steps\.([\w-]+)\.outputs\.[\w-]+ \}\}$/.exec(jobs[job]?.outputs?.[output] ?? '') ?? [];
      expect(
        jobs[job]?.steps.map(({ id }) => id),
        name,
      ).toContain(step);
      expect(['backup-id', 'plan-hash', 'verdict', 'backed-up', 'failed', 'status']).toContain(name);
    }
  });

  it('puts no expression into a shell command', () => {
    expect(stepsOf(workflow).filter(step => 'run' in step && String(step.run).includes('${{'))).toEqual([]);
  });
});
