// This project's own workflows: nothing granted by default, every job ends, and the one check that a ruleset requires waits
// for all the others.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkout } from '../parts/folder.ts';
import { readWorkflows, WORKFLOWS } from '../parts/linters/sample.ts';

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly if?: string;
  readonly permissions?: object;
  readonly 'timeout-minutes'?: number;
}

const own = readWorkflows(WORKFLOWS)
  .map(({ where, text }) => [where, text, parse(text)] as const)
  .filter(([, , { on }]) => !on.workflow_call);

it('are there', () => {
  expect(own.map(([where]) => where.replace(/^.*\//, ''))).toEqual(
    expect.arrayContaining([
      'check-dist.yml',
      'ci.yml',
      'codeql.yml',
      'e2e.yml',
      'release.yml',
      'scorecard.yml',
      'zizmor.yml',
    ]),
  );
});

it('runs every action and every called workflow for real', () => {
  const [, endToEnd = ''] = own.find(([where]) => where.endsWith('e2e.yml')) ?? [];
  const called = readWorkflows(WORKFLOWS).filter(({ text }) => parse(text).on.workflow_call);
  const actions = readdirSync(checkout).filter(name => existsSync(join(checkout, name, 'action.yml')));
  expect([actions.length, called.length].every(count => count >= 5)).toBe(true);
  for (const what of ['/', ...actions.map(name => `/${name}`), ...called.map(({ where }) => `/${where}`)])
    expect(endToEnd).toContain(`uses: $${what}\n`);
});

describe.each(own)('%s', (where, text, workflow) => {
  const jobs: Readonly<Record<string, Job>> = workflow.jobs;

  it('grants nothing by default, ends every job, and takes turns', () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
    for (const [id, job] of Object.entries(jobs))
      if (job.uses === undefined) expect(job['timeout-minutes'], id).toEqual(expect.any(Number));
  });

  it('never runs the code of a pull request with rights of ours', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    if (!('pull_request' in workflow.on)) return;
    const granted = Object.values(jobs).flatMap(job => Object.entries(job.permissions ?? {}));
    const writes = granted.filter(([name, level]) => level === 'write' && name !== 'security-events');
    expect(writes).toEqual([]);
  });

  it('puts no expression into a shell command', () => {
    const steps = Object.values<{ steps?: { run?: string }[] }>(workflow.jobs).flatMap(
      ({ steps = [] }) => steps,
    );
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  it('waits for every other job in the check that a ruleset requires', () => {
    const { 'all-passed': last, ...others } = jobs;
    if (!last) return;
    expect([last.needs].flat().sort()).toEqual(Object.keys(others).sort());
    expect(last.if).toBe('always()');
  });

  it('runs at odd minutes in a time zone that it names', () => {
    for (const { cron, timezone } of workflow.on.schedule ?? []) {
      expect(timezone, where).toEqual(expect.any(String));
      expect(Number(cron.split(' ')[0]) % 5, `${where}: ${cron}`).not.toBe(0);
    }
    expect(text).not.toMatch(/uses: [^$]\S+@v\d/);
  });
});
