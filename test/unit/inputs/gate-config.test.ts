// What the gate makes of its inputs, and of the event that started it.
import { describe, expect, it } from 'vitest';
import { DEFAULT_MIGRATIONS } from '../../../src/commands/gate/migration-files.ts';
import { readGateInputs } from '../../../src/inputs/gate-config.ts';
import { readGateEvent } from '../../../src/inputs/gate-event.ts';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const LEAST = { destination: 's3://bucket/pg', name: 'shop' };

function read(inputs: Readonly<Record<string, string>>, event: string | null = null, payload: unknown = {}) {
  const environment = { GITHUB_EVENT_PATH: '/event.json', GITHUB_REPOSITORY: 'acme/shop' };
  const readText = () => JSON.stringify(payload);
  const { config, problems } = readGateInputs(new Map(Object.entries(inputs)), {
    environment,
    event,
    readText,
  });
  return { config, codes: problems.map(({ code }) => code) };
}

const repository = (full_name: string) => ({ repo: { full_name } });
const pull = (head: unknown = { sha: A, ...repository('acme/shop') }) => ({
  pull_request: { number: 12, changed_files: 3, head, base: { sha: B, ...repository('acme/shop') } },
});
const FORK = pull({ sha: A, ...repository('octocat/shop') });

describe('the inputs', () => {
  it('have defaults that are enough', () => {
    const { config, codes } = read(LEAST);
    expect(codes).toEqual([]);
    expect(config).toMatchObject({
      name: 'shop',
      maxAgeMs: 26 * 3_600_000,
      require: 'stored',
      restoredWithinMs: undefined,
      onStale: 'fail',
      onFork: 'fail',
      migrations: DEFAULT_MIGRATIONS,
      github: undefined,
      comment: false,
      backup: undefined,
    });
  });

  it.each([
    ['no name and no destination', {}, ['PGB110', 'PGB663']],
    ['an age without a unit', { ...LEAST, 'max-age': '26' }, ['PGB104']],
    ['a level that is none', { ...LEAST, require: 'listed' }, ['PGB102']],
    ['restored-within alone', { ...LEAST, 'restored-within': '35d' }, ['PGB664']],
    [
      'restored-within without a unit',
      { ...LEAST, require: 'restored', 'restored-within': '35' },
      ['PGB104'],
    ],
    ['a backup of nothing', { ...LEAST, 'on-stale': 'backup' }, ['PGB665']],
    ['no glob', { ...LEAST, migrations: '# none' }, ['PGB667']],
    ['a glob that leaves out', { ...LEAST, migrations: '**\n!docs/**' }, ['PGB672']],
    ['a set of characters', { ...LEAST, migrations: 'db/[mM]igrate/**' }, ['PGB672']],
    ['a backslash', { ...LEAST, migrations: 'db\\migrate\\*' }, ['PGB672']],
    ['`**` glued to a name', { ...LEAST, migrations: '**.sql' }, ['PGB672']],
    ['a folder above', { ...LEAST, migrations: '../db/**' }, ['PGB672']],
    [
      'braces in braces, and none that close',
      { ...LEAST, migrations: '{a,{b,c}}\n{a' },
      ['PGB672', 'PGB672'],
    ],
    ['a database that is none', { ...LEAST, 'database-url': 'nonsense' }, ['PGB120']],
    [
      'a compression that is none',
      { ...LEAST, 'database-url': 'postgresql://h/d', compression: 'rar' },
      ['PGB130'],
    ],
    ['an input of another command', { ...LEAST, retention: 'daily: 7d' }, ['PGB100']],
  ])('tell what is wrong: %s', (_, inputs, codes) => {
    const found = read(inputs);
    expect(found.codes).toEqual(codes);
    expect(found.config).toBeUndefined();
  });

  it('tell a problem that two readers find once', () => {
    expect(read({ name: 'shop', destination: 'ftp://x', 'database-url': 'postgresql://h/d' }).codes).toEqual([
      'PGB111',
    ]);
  });

  it('make a pre-migration backup that prunes nothing', () => {
    const { config } = read({
      ...LEAST,
      'on-stale': 'backup',
      'database-url': 'postgresql://h/d',
      counts: 'off',
    });
    expect(config?.backup).toMatchObject({
      name: 'shop',
      tier: 'pre-migration',
      prune: false,
      policy: null,
      counts: false,
    });
  });

  it('take globs line by line', () => {
    expect(read({ ...LEAST, migrations: '\n a/** \r\n# old ones\n*.sql\n' }).config?.migrations).toEqual([
      'a/**',
      '*.sql',
    ]);
    expect(read({ ...LEAST, migrations: './a/**\n/b/\n/**' }).config?.migrations).toEqual([
      'a/**',
      'b',
      '**',
    ]);
  });

  it('take a token, and the address that the runner tells', () => {
    expect(read({ ...LEAST, 'github-token': 'ghs_1\n' }).config?.github).toEqual({
      token: 'ghs_1',
      repository: 'acme/shop',
      apiUrl: 'https://api.github.com',
    });
  });
});

describe('on a pull request’s event', () => {
  const database = { ...LEAST, 'on-stale': 'backup', 'database-url': 'nonsense' };

  it.each([
    'pull_request',
    'pull_request_target',
    'pull_request_review',
    'issues',
    'issue_comment',
    'discussion',
    'discussion_comment',
    'fork',
    'watch',
    'workflow_run',
  ])('nothing of a database is read: %s', event => {
    const { config, codes } = read(database, event, pull());
    expect(codes).toEqual([]);
    expect(config).toMatchObject({ backup: undefined, event: { trusted: false } });
  });

  it('a fork needs no destination: it has no secrets to give one', () => {
    expect(read({ name: 'shop' }, 'pull_request', FORK)).toMatchObject({
      codes: [],
      config: { destination: undefined, event: { fork: true } },
    });
    expect(read({ name: 'shop' }, 'pull_request', pull()).codes).toEqual(['PGB110']);
  });
});

describe('an event', () => {
  const of = (event: string | null, payload: unknown) =>
    readGateEvent({
      event,
      environment: { GITHUB_EVENT_PATH: '/event.json' },
      readText: () => (typeof payload === 'string' ? payload : JSON.stringify(payload)),
    });

  it('of a pull request names its number, its commit and how many files', () => {
    const change = { by: 'pull', number: 12, head: A, files: 3 };
    expect(of('pull_request', pull())).toEqual({
      name: 'pull_request',
      trusted: false,
      fork: false,
      change,
      pull: 12,
    });
    expect(of('pull_request_target', FORK)).toMatchObject({ fork: false, change, trusted: false });
  });

  it.each([
    ['another repository', FORK],
    ['a repository that is gone', pull({ sha: A, repo: null })],
    ['no payload', 'no JSON'],
    ['a payload of something else', []],
  ])('of a pull request is a fork’s: %s', (_, payload) => {
    expect(of('pull_request', payload)).toMatchObject({ fork: true, trusted: false });
  });

  it('of a merge group and of a push names two commits', () => {
    const change = { by: 'range', base: A, head: B };
    expect(of('merge_group', { merge_group: { base_sha: A, head_sha: B } })).toMatchObject({
      change,
      trusted: true,
      fork: false,
    });
    expect(of('push', { before: A, after: B, forced: false })).toMatchObject({
      change,
      trusted: true,
      pull: null,
    });
  });

  it.each([
    ['a new branch', 'push', { before: '0'.repeat(40), after: B }],
    ['a deleted branch', 'push', { before: A, after: '0'.repeat(40) }],
    ['a forced push', 'push', { before: A, after: B, forced: true }],
    ['no commits', 'push', {}],
    ['what is no commit', 'push', { before: '../../pulls', after: B }],
    ['a merge group without commits', 'merge_group', {}],
    ['a pull request without a commit', 'pull_request', pull({ sha: 1 })],
    ['a start by hand', 'workflow_dispatch', {}],
    ['a schedule', 'schedule', {}],
    ['no payload at all', 'push', 'nothing'],
  ])('tells of no change: %s', (_, event, payload) => expect(of(event, payload).change).toBeNull());

  it('on a terminal is none', () =>
    expect(of(null, 'x')).toMatchObject({ name: null, trusted: true, fork: false }));
});
