import { beforeEach, describe, expect, it } from 'vitest';
import { askLastRun, type RunPlace } from '../../../src/notify/last-run.ts';
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
const runs = (...conclusions: readonly (string | null)[]) => ({
  status: 200,
  body: JSON.stringify({ workflow_runs: conclusions.map((conclusion, at) => ({ id: 41 - at, conclusion })) }),
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
        headers: { authorization: `Bearer ${TOKEN}` },
      },
    ]);
  });

  it('passes over this run itself', async () => {
    github.answerNext({
      status: 200,
      body: '{"workflow_runs":[{"id":42,"conclusion":"failure"},{"id":7,"conclusion":"success"}]}',
    });
    expect(await askLastRun(place(), TOKEN)).toEqual({ before: 'good' });
  });

  it('of a run that was started again is its attempt before', async () => {
    github.answerNext({ status: 200, body: '{"id":42,"conclusion":"failure"}' });
    expect(await askLastRun(place({ attempt: 2 }), TOKEN)).toEqual({ before: 'bad' });
    expect(github.received[0]?.path).toBe('/repos/org/shop/actions/runs/42/attempts/1');
    github.answerNext({ status: 200, body: '{"conclusion":"cancelled"}' }, runs('success'));
    expect(await askLastRun(place({ attempt: 3 }), TOKEN)).toEqual({ before: 'good' });
  });

  it.each([
    ['is forbidden', { status: 403, body: TOKEN }, '403'],
    ['moved', { status: 302, headers: { location: '/elsewhere' } }, '302'],
    ['is no JSON', { status: 200, body: '<html>' }, 'JSON'],
    ['is cut off', { status: 0 }, 'closed'],
    ['does not come', { status: -1 }, 'no answer in time'],
  ])('is unknown where the answer %s, with a warning that holds no token', async (_, answer, said) => {
    github.answerNext(answer);
    const { before, warning } = await askLastRun(place(), TOKEN, answer.status === -1 ? 300 : undefined);
    expect(before).toBeNull();
    expect(warning).toMatchObject({ code: 'PGB917', summary: expect.stringContaining(said) });
    expect(JSON.stringify(warning)).not.toContain(TOKEN);
    expect(github.received).toHaveLength(1);
  });

  it.each(['{}', '[]', '{"workflow_runs":"x"}', '{"workflow_runs":[null,1,{}]}'])(
    'is unknown where the answer is %s',
    async body => {
      github.answerNext({ status: 200, body });
      expect(await askLastRun(place(), TOKEN)).toEqual({ before: null });
    },
  );
});
