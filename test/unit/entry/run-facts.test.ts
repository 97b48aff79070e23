import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRunFacts } from '../../../src/entry/run-facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-facts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RUNNER = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.example.net',
  GITHUB_REPOSITORY: 'org/shop',
  GITHUB_RUN_ID: '42',
  GITHUB_SHA: 'abc',
  GITHUB_ACTOR: 'ann',
  GITHUB_EVENT_NAME: 'schedule',
};
let files = 0;
function payload(text: string): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, text);
  return path;
}

it('on the runner, what its environment tells', () => {
  expect(readRunFacts(RUNNER)).toEqual({
    url: 'https://github.example.net/org/shop/actions/runs/42',
    commit: 'abc',
    actor: 'ann',
    tool: expect.stringMatching(/^pg-backup-action \d+\.\d+\.\d+$/),
    event: 'schedule',
    private: false,
    place: null,
  });
  expect(readRunFacts({ ...RUNNER, GITHUB_SERVER_URL: '' }).url).toBe(
    'https://github.com/org/shop/actions/runs/42',
  );
  expect(readRunFacts({ ...RUNNER, GITHUB_RUN_ID: '' }).url).toBeNull();
});

it('where GitHub can be asked about the workflow: on a branch', () => {
  const branch = {
    ...RUNNER,
    GITHUB_API_URL: 'https://github.example.net/api/v3',
    GITHUB_WORKFLOW_REF: 'org/shop/.github/workflows/backup.yml@refs/heads/main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REF_NAME: 'main',
    GITHUB_RUN_ATTEMPT: '2',
  };
  expect(readRunFacts(branch).place).toEqual({
    api: 'https://github.example.net/api/v3',
    repository: 'org/shop',
    workflow: 'backup.yml',
    branch: 'main',
    run: '42',
    attempt: 2,
  });
  expect(readRunFacts({ ...branch, GITHUB_REF_TYPE: 'tag' }).place).toBeNull();
});

it('on a terminal nothing but the user, and it is private', () => {
  expect(
    readRunFacts({ USER: 'ann', GITHUB_REPOSITORY: 'org/shop', GITHUB_EVENT_NAME: 'push' }),
  ).toMatchObject({
    url: null,
    commit: null,
    actor: 'ann',
    event: null,
    private: true,
  });
});

describe('a repository is private only where its payload says so', () => {
  it.each<[string, string, boolean]>([
    ['private', '{"repository":{"private":true}}', true],
    ['public', '{"repository":{"private":false}}', false],
    ['a text', '{"repository":{"private":"true"}}', false],
    ['no repository', '{}', false],
    ['null', 'null', false],
    ['no JSON', 'private', false],
  ])('%s', (_, text, isPrivate) => {
    expect(readRunFacts({ ...RUNNER, GITHUB_EVENT_PATH: payload(text) }).private).toBe(isPrivate);
  });

  it('a payload that is not there', () => {
    expect(readRunFacts({ ...RUNNER, GITHUB_EVENT_PATH: join(folder, 'absent') }).private).toBe(false);
  });
});
