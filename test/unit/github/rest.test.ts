// What GitHub is asked, against a stand-in for its API on this machine.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/github/port.ts';
import { openGitHub, openWorkflows } from '../../../src/github/rest.ts';
import { type ApiFile, startGitHubApi } from '../../parts/github-api.ts';

const never = new AbortController().signal;
const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const api = await startGitHubApi();
const github: GitHub = await openGitHub({ token: api.token, apiUrl: api.url, repository: api.repository });

afterAll(() => api.stop());
beforeEach(() => {
  api.refuse = undefined;
  api.redirectTo = undefined;
  api.pulls.clear();
  api.comparisons.clear();
  api.comments.clear();
});

const files = (count: number): ApiFile[] =>
  Array.from({ length: count }, (_, at) => ({ filename: `src/file-${at}.ts` }));
const pull = (change: { files?: number | null; head?: string } = {}) =>
  ({ by: 'pull', number: 12, head: HEAD, files: null, ...change }) as const;
const range = { by: 'range', base: BASE, head: HEAD } as const;

describe('the files of a pull request', () => {
  it('come whole, page by page, with old names', async () => {
    const renamed = { filename: 'b.sql', previous_filename: 'a.sql', status: 'renamed' };
    api.pulls.set(12, { head: HEAD, files: [...files(250), renamed] });
    const found = await github.changedFiles(pull({ files: 251 }), never);
    expect(found).toHaveLength(251);
    expect(found?.[0]).toEqual({ path: 'src/file-0.ts', previous: null });
    expect(found?.at(-1)).toEqual({ path: 'b.sql', previous: 'a.sql' });
  });

  it('are few or none', async () => {
    api.pulls.set(12, { head: HEAD, files: [] });
    expect(await github.changedFiles(pull({ files: 0 }), never)).toEqual([]);
    api.pulls.set(12, { head: HEAD, files: files(100) });
    expect(await github.changedFiles(pull(), never)).toHaveLength(100);
  });

  it('are not known where GitHub does not tell all of them', async () => {
    api.pulls.set(12, { head: HEAD, files: files(2_999) });
    expect(await github.changedFiles(pull(), never)).toHaveLength(2_999);
    api.pulls.set(12, { head: HEAD, files: files(3_000) });
    expect(await github.changedFiles(pull(), never)).toBeUndefined();
    api.pulls.set(12, { head: HEAD, files: files(3), changed_files: 4 });
    expect(await github.changedFiles(pull(), never)).toBeUndefined();
    api.pulls.set(12, { head: HEAD, files: files(3) });
    expect(await github.changedFiles(pull({ files: 4 }), never)).toBeUndefined();
  });

  it('are not those of another commit', async () => {
    api.pulls.set(12, { head: 'c'.repeat(40), files: files(1) });
    expect(await github.changedFiles(pull(), never)).toBeUndefined();
  });
});

describe('the files of a range', () => {
  it('come whole', async () => {
    api.comparisons.set(`${BASE}...${HEAD}`, { status: 'ahead', files: files(299) });
    expect(await github.changedFiles(range, never)).toHaveLength(299);
    api.comparisons.set(`${BASE}...${HEAD}`, { status: 'identical', files: [] });
    expect(await github.changedFiles(range, never)).toEqual([]);
  });

  it.each([
    ['three hundred, which is all that GitHub tells', { status: 'ahead', files: files(300) }],
    ['none listed', { status: 'ahead' }],
    ['rewritten history', { status: 'diverged', files: files(1) }],
    ['a step back', { status: 'behind', files: [] }],
  ])('are not known: %s', async (_, answer) => {
    api.comparisons.set(`${BASE}...${HEAD}`, answer);
    expect(await github.changedFiles(range, never)).toBeUndefined();
  });
});

describe('a refusal', () => {
  it('is a problem that says what was asked, without the token', async () => {
    api.refuse = () => 403;
    const refused = github.changedFiles(pull(), never);
    await expect(refused).rejects.toMatchObject({
      code: 'PGB670',
      summary: expect.stringMatching(/^GitHub would not list the files of pull request 12 \(403\): Resource/),
      hint: expect.stringContaining('pull-requests: read'),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(api.token) });
    const stranger = await openGitHub({ token: 'wrong', apiUrl: api.url, repository: api.repository });
    await expect(stranger.changedFiles(range, never)).rejects.toMatchObject({ code: 'PGB670' });
  });

  it('is a problem where nobody answers, and an abort where it was aborted', async () => {
    const nobody = await openGitHub({ token: 't', apiUrl: 'http://127.0.0.1:9', repository: 'acme/shop' });
    await expect(nobody.changedFiles(range, never)).rejects.toMatchObject({ code: 'PGB670', kind: 'remote' });
    await expect(github.changedFiles(range, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('is what a redirect comes to: the token goes nowhere else', async () => {
    await using elsewhere = await startGitHubApi();
    api.redirectTo = elsewhere.url;
    await expect(github.changedFiles(range, never)).rejects.toMatchObject({ code: 'PGB670' });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each(['http://api.github.com', 'ftp://127.0.0.1', 'no url'])('sends no token to %s', async apiUrl => {
    await expect(openGitHub({ token: 't', apiUrl, repository: 'a/b' })).rejects.toMatchObject({
      code: 'PGB671',
    });
  });
});

describe('the comment', () => {
  const comment = (text: string, create = true) => ({
    marker: '<!-- m -->',
    body: `<!-- m -->\n\n${text}\n`,
    create,
  });
  const bodies = () => api.comments.get(12)?.map(({ body }) => body) ?? [];

  it('is one, kept up to date, and left alone where nothing changed', async () => {
    await github.comment(12, comment('closed'), never);
    await github.comment(12, comment('passed'), never);
    expect(bodies()).toEqual(['<!-- m -->\n\npassed\n']);
    const before = api.requests.length;
    await github.comment(12, comment('passed'), never);
    expect(api.requests.slice(before)).toEqual(['GET /repos/acme/shop/issues/12/comments']);
  });

  it('is found behind many others, and never a person’s', async () => {
    const user = { login: 'octocat', type: 'User' } as const;
    const chat = Array.from({ length: 150 }, (_, id) => ({ id, body: 'hello', user }));
    const copied = { id: 500, body: '<!-- m -->\n\nmine', user };
    api.comments.set(12, [copied, ...chat]);
    await github.comment(12, comment('closed'), never);
    await github.comment(12, comment('passed'), never);
    expect(bodies()).toHaveLength(152);
    expect(bodies().at(-1)).toContain('passed');
    expect(copied.body).toBe('<!-- m -->\n\nmine');
  });

  it('is not begun where there is nothing to say yet', async () => {
    await github.comment(12, comment('no migration', false), never);
    expect(bodies()).toEqual([]);
    await github.comment(12, comment('closed'), never);
    await github.comment(12, comment('no migration', false), never);
    expect(bodies()).toEqual(['<!-- m -->\n\nno migration\n']);
  });
});

describe('the state of a workflow', () => {
  it('is what GitHub says, and nothing where there is no such file', async () => {
    const workflows = await openWorkflows({ token: api.token, apiUrl: api.url, repository: api.repository });
    api.workflows.set('backup.yml', 'disabled_inactivity');
    expect(await workflows.stateOf('backup.yml', never)).toBe('disabled_inactivity');
    expect(await workflows.stateOf('other.yml', never)).toBeUndefined();
    api.refuse = () => 403;
    await expect(workflows.stateOf('backup.yml', never)).rejects.toMatchObject({ code: 'PGB670' });
  });
});
