import { describe, expect, it } from 'vitest';
import { readRestoreInputs } from '../../../src/inputs/restore-config.ts';
import { outside } from '../../parts/outside.ts';

const BASE = { destination: 'file:///backups', 'database-url': 'postgresql://me@localhost/app' };

function read(inputs: Record<string, string>, event: string | null = null) {
  return readRestoreInputs(new Map(Object.entries({ ...BASE, ...inputs })), outside({ event }));
}

describe('the inputs of a restore', () => {
  it('are careful by default', () => {
    const { config, problems } = read({});
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      mode: 'swap',
      wish: { selector: { by: 'latest' }, tier: undefined, level: undefined },
      terminateSessions: false,
      noOwner: false,
      noAcl: false,
      stubRoles: false,
      jobs: undefined,
      confirm: undefined,
    });
  });

  it.each<[Record<string, string>, string[]]>([
    [{ mode: 'new-database' }, ['PGB833']],
    [{ mode: 'new-database', 'new-database': 'x' }, []],
    [{ mode: 'new-database', 'new-database': 'é'.repeat(32) }, ['PGB834']],
    [{ mode: 'new-database', 'new-database': 'x', 'terminate-sessions': 'true' }, ['PGB832']],
    [{ 'new-database': 'x' }, ['PGB832']],
    [{ mode: 'overwrite' }, ['PGB102']],
    [{ jobs: '1' }, ['PGB103']],
    [{ jobs: '8' }, []],
    [{ jobs: 'many' }, ['PGB103']],
    [{ 'safety-backup': 'off' }, ['PGB100']],
    [{ file: '/old/app.sql' }, []],
    [{ file: '/old/app.sql', backup: 'latest' }, []],
    [{ file: 'x', backup: '3f9k2m7q', tier: 'daily', level: 'stored' }, ['PGB734', 'PGB734', 'PGB734']],
  ])('%j', (inputs, codes) => {
    expect(read(inputs).problems.map(({ code }) => code)).toEqual(codes);
  });

  it('need no destination for a file', () => {
    const inputs = new Map([
      ['database-url', BASE['database-url']],
      ['file', '/old/app.sql'],
    ]);
    expect(readRestoreInputs(inputs, outside({ event: null })).config).toMatchObject({
      file: '/old/app.sql',
      filePassword: undefined,
      destination: { kind: 'folder', folder: '/old' },
    });
    inputs.delete('file');
    expect(readRestoreInputs(inputs, outside({ event: null })).problems.map(({ code }) => code)).toEqual([
      'PGB110',
    ]);
  });

  it.each(['pull_request', 'pull_request_target', 'issue_comment', 'workflow_run'])('refuses %s', event => {
    expect(read({}, event).problems.map(({ code }) => code)).toEqual(['PGB140']);
    expect(read({ 'allow-event': event }, event).problems).toEqual([]);
  });
});
