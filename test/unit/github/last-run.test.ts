import { beforeEach, describe, expect, it } from 'vitest';
import { askLastRun, type RunPlace } from '../../../src/github/last-run.ts';
import { type HttpReceiver, startHttpReceiver } from '../../parts/http-receiver.ts';

let github: HttpReceiver;
beforeEach(async () => {
  github = await startHttpReceiver();
  return () => github.stop();
});

const TOKEN = 'ghs_exampletoken';
const place = (changes: Partial<RunPlace> = {}): RunPlace => ({
  api: github.origin,
  repository: 'org/shop',
  workflow: 'backup.yml',
  branch: 'feature/x y',
  run: '42',
  attempt: 1,
  ...changes,
});
const JSON_TYPE = { 'content-type': 'application/json' };
const OWN = { head_repository: { full_name: 'org/shop' } };
const json = (value: unknown) => ({ status: 200, headers: JSON_TYPE, body: JSON.stringify(value) });
const runs = (...conclusions: readonly (string | null)[]) => ({
  status: 200,
  headers: JSON_TYPE,
  body: JSON.stringify({
    workflow_runs: conclusions.map((conclusion, at) => ({ id: 41 - at, conclusion, ...OWN })),
  }),
});

describe('how the last run ended', () => {
  it.each([
    [['success'], 'good'],
    [['failure', 'success'], 'bad'],
    [['timed_out'], 'bad'],
    [['startup_failure'], 'bad'],
    [['cancelled', 'skipped', null, 'failure'], 'bad'],
    [['cancelled', 'neutral', 'success'], 'good'],
    [['cancelled'], null],
    [[], null],
  ] as const)('%j is %s', async (conclusions, before) => {
    github.answerNext(runs(...conclusions));
    expect(await askLastRun(place(), TOKEN)).toEqual({ before });
    expect(github.received).toMatchObject([
      {
        method: 'GET',
        path: '/repos/org/shop/actions/workflows/backup.yml/runs?branch=feature%2Fx%20y&status=completed&per_page=30',
        headers: { authorization: `token ${TOKEN}` },
      },
    ]);
  });

  it('passes over this run itself', async () => {
    const own = { id: 42, conclusion: 'failure', ...OWN };
    github.answerNext(json({ workflow_runs: [own, { id: 7, conclusion: 'success', ...OWN }] }));
    expect(await askLastRun(place(), TOKEN)).toEqual({ before: 'good' });
  });

  it.each([
    ['of a fork', { full_name: 'mallory/shop' }],
    ['of a fork that is gone', null],
  ])('passes over a run %s, whose branch has the same name', async (_, head_repository) => {
    const foreign = { id: 43, conclusion: 'success', head_repository };
    github.answerNext(json({ workflow_runs: [foreign, { id: 7, conclusion: 'failure', ...OWN }] }));
    expect(await askLastRun(place(), TOKEN)).toEqual({ before: 'bad' });
  });

  it('is not asked where the token would go out in plain text', async () => {
    const { before, warning } = await askLastRun(place({ api: 'http://github.example.com/api/v3' }), TOKEN);
    expect(before).toBeNull();
    expect(warning?.summary).toContain('GITHUB_API_URL is no https URL');
  });

  it('of a run that was started again is its attempt before', async () => {
    github.answerNext(json({ id: 42, conclusion: 'failure' }));
    expect(await askLastRun(place({ attempt: 2 }), TOKEN)).toEqual({ before: 'bad' });
    expect(github.received[0]?.path).toBe('/repos/org/shop/actions/runs/42/attempts/1');
    github.answerNext(json({ conclusion: 'cancelled' }), runs('success'));
    expect(await askLastRun(place({ attempt: 3 }), TOKEN)).toEqual({ before: 'good' });
  });

  it.each([
    ['is forbidden', { status: 403, body: TOKEN }, '403'],
    ['moved', { status: 302, headers: { location: '/elsewhere' } }, 'redirect'],
    ['is cut off', { status: 0 }, 'other side closed'],
    ['does not come', { status: -1 }, 'no answer in time'],
  ])('is unknown where the answer %s, with a warning that holds no token', async (_, answer, said) => {
    github.answerNext(answer);
    const { before, warning } = await askLastRun(place(), TOKEN, answer.status === -1 ? 300 : undefined);
    expect(before).toBeNull();
    expect(warning).toMatchObject({ code: 'PGB917', summary: expect.stringContaining(said) });
    expect(JSON.stringify(warning)).not.toContain(TOKEN);
    expect(github.received).toHaveLength(1);
  });

  it.each(['<html>', '{}', '[]', '{"workflow_runs":"x"}', '{"workflow_runs":[null,1,{}]}'])(
    'is unknown where the answer is %s',
    async body => {
      github.answerNext({ status: 200, headers: JSON_TYPE, body });
      expect(await askLastRun(place(), TOKEN)).toEqual({ before: null });
    },
  );
});
