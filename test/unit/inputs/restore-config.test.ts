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
    [{ 'safety-backup': 'off' }, []],
    [{ 'safety-backup': 'required' }, ['PGB832']],
    [{ mode: 'in-place', 'safety-backup': 'required' }, []],
    [{ mode: 'in-place', 'post-restore-command': 'npm run migrate' }, ['PGB832']],
    [{ mode: 'in-place', tables: 'public.t' }, ['PGB832']],
    [{ mode: 'in-place', 'replace-tables': 'true' }, ['PGB832']],
    [{ mode: 'tables' }, ['PGB842']],
    [{ mode: 'tables', tables: 'orders\npublic.lines, public.x' }, ['PGB841', 'PGB841']],
    [{ mode: 'tables', tables: ' public.orders \n\n"Odd ""schema"".x"."a.b"' }, []],
    [{ mode: 'tables', tables: 'a.b', 'safety-backup': 'required' }, ['PGB832']],
    [{ mode: 'tables', tables: 'a.b', 'safety-backup': 'required', 'replace-tables': 'true' }, []],
    [{ mode: 'new-database', 'new-database': 'x', fence: 'true' }, ['PGB832']],
    [{ mode: 'data-only', fence: 'true', 'terminate-sessions': 'true' }, []],
    [{ file: '/old/app.sql' }, []],
    [{ file: '/old/app.dump', mode: 'in-place' }, []],
    [{ file: '/old/app.dump', mode: 'in-place', destination: '' }, ['PGB885']],
    [{ file: '/old/app.dump', mode: 'data-only', destination: '', 'safety-backup': 'off' }, []],
    [{ file: '/old/app.dump', mode: 'tables', tables: 'a.b', destination: '' }, []],
    [{ file: '/old/app.sql', backup: 'latest' }, []],
    [{ file: 'x', backup: '3f9k2m7q', tier: 'daily', level: 'stored' }, ['PGB734', 'PGB734', 'PGB734']],
  ])('%j', (inputs, codes) => {
    expect(read(inputs).problems.map(({ code }) => code)).toEqual(codes);
  });

  it('take a safety backup where something would be lost, unless told not to', () => {
    const taken = (inputs: Record<string, string>) => read(inputs).config?.safetyBackup;
    expect(taken({})).toBe(false);
    expect(taken({ mode: 'in-place' })).toBe(true);
    expect(taken({ mode: 'data-only' })).toBe(true);
    expect(taken({ mode: 'tables', tables: 'a.b' })).toBe(false);
    expect(taken({ mode: 'tables', tables: 'a.b', 'replace-tables': 'true' })).toBe(true);
    expect(taken({ mode: 'in-place', 'safety-backup': 'off' })).toBe(false);
  });

  it('name tables as SQL does', () => {
    const { config } = read({ mode: 'tables', tables: 'Public.Orders\npublic.orders\n"Odd"."a""b.c"' });
    expect(config?.tables).toEqual([
      { schema: 'public', table: 'orders' },
      { schema: 'Odd', table: 'a"b.c' },
    ]);
  });

  it.each([
    ['begin; update t set a = 1; commit', 'in-place', ['PGB878', 'PGB878']],
    ['-- commit\nupdate t set a = $$ commit; $$', 'in-place', []],
    ['savepoint a; rollback to a', 'data-only', []],
    ['CREATE INDEX CONCURRENTLY i ON t (a)', 'in-place', ['PGB878']],
    ['begin; commit', 'swap', []],
  ])('SQL that ends a transaction: %s, %s', (sql, mode, codes) => {
    const inputs = new Map(Object.entries({ ...BASE, mode, 'post-restore-sql': 'x.sql' }));
    const { problems } = readRestoreInputs(inputs, { ...outside({ event: null }), readText: () => sql });
    expect(problems.map(({ code }) => code)).toEqual(codes);
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
