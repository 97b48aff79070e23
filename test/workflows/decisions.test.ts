// What the workflows decide where act can't be asked: which jobs run after one that failed, was cancelled or skipped.
// Evaluated by GitHub's own library for expressions, on the conditions as they stand in the files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isMet } from '../parts/flow/expressions.ts';
import { type PlayedJob, playJobs } from '../parts/flow/play.ts';
import { checkout } from '../parts/folder.ts';
import { WORKFLOWS } from '../parts/linters/sample.ts';

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

function jobsOf(file: string): Record<string, PlayedJob & { readonly steps: readonly Step[] }> {
  return parse(readFileSync(join(checkout, WORKFLOWS, file), 'utf8')).jobs;
}

describe('the rules', () => {
  const jobs = {
    a: {},
    b: { needs: 'a' },
    c: { needs: 'b' },
    last: { needs: ['a', 'b', 'c'], if: 'always()' },
  };

  it('a failure skips what comes after it, and what comes after that', () => {
    expect(playJobs(jobs, { endings: { a: 'failure' } })).toEqual({
      a: 'failure',
      b: 'skipped',
      c: 'skipped',
      last: 'success',
    });
  });

  it('a condition without a status function asks for success as well', () => {
    const withInput = { a: {}, b: { needs: 'a', if: "inputs.go == 'yes'" } };
    expect(playJobs(withInput, { inputs: { go: 'yes' }, endings: { a: 'failure' } })).toMatchObject({
      b: 'skipped',
    });
    expect(playJobs(withInput, { inputs: { go: 'yes' } })).toMatchObject({ b: 'success' });
    expect(playJobs(withInput, { inputs: { go: '' } })).toMatchObject({ b: 'skipped' });
  });
});

describe('restore', () => {
  const jobs = jobsOf('restore.yml');
  const inputs = { confirm: '', 'post-restore-sql': '', 'post-restore-command': '' };

  it('never runs without a confirmation, whatever the plan came to', () => {
    expect(playJobs(jobs, { inputs })).toEqual({ plan: 'success', restore: 'skipped' });
  });

  it('carries out what was planned: both jobs are told the same, but for what makes them plan and restore', () => {
    const told = (job: string, ...own: string[]) => {
      const given = Object.entries(jobs[job]?.steps.find(({ uses }) => uses === '$/restore')?.with ?? {});
      expect(given.map(([name]) => name)).toEqual(expect.arrayContaining(own));
      return Object.fromEntries(given.filter(([name]) => !own.includes(name)));
    };
    expect(told('restore', 'confirm', 'backup')).toEqual(told('plan', 'dry-run', 'backup'));
  });

  it('never runs after a plan that failed, was cancelled, or was another', () => {
    const confirmed = { ...inputs, confirm: '0123456789ab' };
    for (const ending of ['failure', 'cancelled'] as const)
      expect(playJobs(jobs, { inputs: confirmed, endings: { plan: ending } })).toEqual({
        plan: ending,
        restore: 'skipped',
      });
    expect(playJobs(jobs, { inputs: confirmed, cancelledIn: 'plan' }).restore).toBe('skipped');
    expect(playJobs(jobs, { inputs: confirmed })).toEqual({ plan: 'success', restore: 'success' });
  });
});

describe('a fleet', () => {
  const jobs = jobsOf('backup-fleet.yml');

  it.each(['success', 'failure', 'cancelled'] as const)(
    'is summed up after backups that ended in %s',
    ending => {
      expect(playJobs(jobs, { endings: { backup: ending } })).toMatchObject({
        backup: ending,
        summary: 'success',
      });
    },
  );

  it('has its note left by a job whose backup failed, and by one that was cancelled', () => {
    const note = jobs.backup?.steps.find(({ name }) => name.startsWith('Leave a note'));
    for (const soFar of [
      { results: ['failure'], cancelled: false },
      { results: ['success'], cancelled: true },
    ])
      expect(isMet(note?.if, {}, soFar)).toBe(true);
  });
});
