import { afterEach, describe, expect, it, vi } from 'vitest';
import { Lines } from '../../../src/entry/lines.ts';
import { type Telling, tellPeople } from '../../../src/entry/tell-people.ts';
import type { Notifier } from '../../../src/notify/port.ts';
import type { Warning } from '../../../src/problems/problem.ts';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import type { Notice } from '../../../src/reports/notice.ts';
import { type Answer, startHttpReceiver } from '../../parts/http-receiver.ts';
import { nightly, outcome, WRONG_PASSWORD, without } from '../reports/outcome-fixture.ts';

const GOOD = backupNotice(outcome(), 'full');
const BAD = backupNotice(without({ problems: [WRONG_PASSWORD] }), 'full');
const RUN = { url: null, commit: null, actor: null, tool: 'test', event: null, private: true, place: null };

class Recorder implements Notifier {
  readonly name = 'The pigeon';
  readonly kind: Notifier['kind'];
  readonly heard: Notice[] = [];
  readonly #answer: () => Warning | undefined;

  constructor(kind: Notifier['kind'] = 'message', answer: () => Warning | undefined = () => undefined) {
    this.kind = kind;
    this.#answer = answer;
  }

  async notify(notice: Notice): Promise<Warning | undefined> {
    this.heard.push(notice);
    return this.#answer();
  }
}

async function tell(notice: Notice, telling: Partial<Telling>, run: object = {}) {
  const logged: Warning[] = [];
  const lines = new Lines();
  lines.hide(['db.internal.example.com']);
  const log = { warn: (warning: Warning) => void logged.push(warning) };
  const host = { lines, log, run: { ...RUN, ...run } } as unknown as Parameters<typeof tellPeople>[2];
  const all: Telling = { notifiers: [], notifyOn: 'always', token: undefined, ...telling };
  return { warnings: await tellPeople(notice, all, host), logged };
}

describe('telling people', () => {
  afterEach(() => void vi.useRealTimers());

  it('hides secrets in whatever leaves this machine', async () => {
    const pigeon = new Recorder();
    await tell(BAD, { notifiers: [pigeon] });
    expect(JSON.stringify(BAD)).toContain('db.internal.example.com');
    expect(JSON.stringify(pigeon.heard)).not.toContain('db.internal.example.com');
    expect(pigeon.heard[0]?.title).toBe('Backup of app FAILED');
  });

  it('goes on where one notifier warns and another breaks, and tells both', async () => {
    const warning: Warning = { code: 'PGB710', summary: 'It did not arrive.', hint: 'Look.' };
    const broken = new Recorder('message', () => {
      throw new Error('broken wing');
    });
    const last = new Recorder();
    const { warnings, logged } = await tell(GOOD, {
      notifiers: [broken, new Recorder('message', () => warning), last],
    });
    expect(warnings).toMatchObject([
      { code: 'PGB918', summary: expect.stringContaining('broken wing') },
      warning,
    ]);
    expect(logged).toEqual(warnings);
    expect(last.heard).toHaveLength(1);
  });

  it('waits for nobody once the run was cancelled', async () => {
    vi.useFakeTimers();
    const silent: Notifier = { name: 'The pigeon', kind: 'message', notify: () => new Promise(() => {}) };
    const told = tell(backupNotice(without({ result: 'cancelled' }), 'full'), { notifiers: [silent] });
    await vi.advanceTimersByTimeAsync(4_000);
    expect((await told).warnings).toMatchObject([{ code: 'PGB912' }]);
  });

  it('pings after every run, whether or not a message is worth it', async () => {
    const [pigeon, clock] = [new Recorder(), new Recorder('ping')];
    await tell(GOOD, { notifiers: [pigeon, clock], notifyOn: 'failure' });
    expect([pigeon.heard.length, clock.heard.length]).toEqual([0, 1]);
  });
});

describe('on a terminal, what the store shows decides', () => {
  it.each([
    ['a gap', nightly(12).slice(0, -3), ['Recovered: Backup of app']],
    ['no gap', nightly(12), []],
    ['too little to see one', [], ['Backup of app']],
  ])('%s', async (_, history, titles) => {
    const pigeon = new Recorder();
    const notice = backupNotice(outcome({ history }), 'full');
    expect((await tell(notice, { notifiers: [pigeon], notifyOn: 'recovery' })).warnings).toEqual([]);
    expect(pigeon.heard.map(({ title }) => title)).toEqual(titles);
  });
});

describe('on the runner, GitHub is asked', () => {
  const ask = async (answer: Answer, notice: Notice, telling: Partial<Telling>) => {
    const github = await startHttpReceiver();
    github.answerNext(answer);
    const pigeon = new Recorder();
    try {
      const place = {
        api: github.origin,
        repository: 'o/r',
        workflow: 'w.yml',
        branch: 'main',
        run: '2',
        attempt: 1,
      };
      const told = await tell(notice, { notifiers: [pigeon], ...telling }, { event: 'schedule', place });
      return { ...told, titles: pigeon.heard.map(({ title }) => title), asked: github.received.length };
    } finally {
      await github.stop();
    }
  };
  const ended = (conclusion: string) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      workflow_runs: [{ id: 1, conclusion, head_repository: { full_name: 'o/r' } }],
    }),
  });

  it('for a success after a failure', async () => {
    const told = await ask(ended('failure'), GOOD, { notifyOn: 'recovery', token: 't' });
    expect(told).toMatchObject({ titles: ['Recovered: Backup of app'], warnings: [], asked: 1 });
  });

  it('and a run like the last one is not told', async () => {
    expect(await ask(ended('success'), GOOD, { notifyOn: 'change', token: 't' })).toMatchObject({
      titles: [],
    });
    expect(await ask(ended('failure'), BAD, { notifyOn: 'change', token: 't' })).toMatchObject({
      titles: [],
    });
  });

  it('not where the answer would change nothing', async () => {
    expect(await ask(ended('success'), BAD, { notifyOn: 'recovery', token: 't' })).toMatchObject({
      titles: ['Backup of app FAILED'],
      asked: 0,
    });
    expect(
      await ask(ended('success'), GOOD, { notifyOn: 'recovery', token: 't', notifiers: [] }),
    ).toMatchObject({
      asked: 0,
    });
  });

  it.each([
    ['without a token', { status: 200 }, undefined],
    ['with one that may not', { status: 403 }, 't'],
  ])('%s everything is told, with a warning', async (_, answer, token) => {
    const told = await ask(answer, GOOD, { notifyOn: 'change', token });
    expect(told).toMatchObject({ titles: ['Backup of app'], warnings: [{ code: 'PGB917' }] });
  });
});
