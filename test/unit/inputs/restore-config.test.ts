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
  ])('%j', (inputs, codes) => {
    expect(read(inputs).problems.map(({ code }) => code)).toEqual(codes);
  });

  it.each(['pull_request', 'pull_request_target', 'issue_comment', 'workflow_run'])('refuses %s', event => {
    expect(read({}, event).problems.map(({ code }) => code)).toEqual(['PGB140']);
    expect(read({ 'allow-event': event }, event).problems).toEqual([]);
  });
});
