import { describe, expect, it } from 'vitest';
import { readRestoreTestInputs } from '../../../src/inputs/restore-test-config.ts';
import { outside } from '../../parts/outside.ts';

function read(inputs: Record<string, string>, event: string | null = null) {
  return readRestoreTestInputs(
    new Map(Object.entries({ destination: 's3://bucket/pg', ...inputs })),
    outside({ event }),
  );
}
const codes = (inputs: Record<string, string>, event: string | null = null) =>
  read(inputs, event).problems.map(({ code }) => code);

describe('the inputs of a restore test', () => {
  it('have defaults that test the newest backup in a server of their own', () => {
    const { config, problems } = read({});
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      target: undefined,
      selector: { by: 'latest' },
      isolation: 'auto',
      jobs: undefined,
    });
  });

  it('draw a backup, narrowed by tier and level', () => {
    expect(read({ backup: 'random', tier: 'monthly', level: 'stored' }).config).toMatchObject({
      selector: { by: 'random' },
      tier: 'monthly',
      level: 'stored',
    });
    expect(codes({ backup: 'random', tier: 'century' })).toHaveLength(1);
  });

  it('take a service container without TLS as it comes, and an sslmode that is given', () => {
    const target = (url: string) => read({ 'target-url': url }).config?.target;
    expect(target('postgresql://postgres:throw-away@postgres:5432/postgres')).toMatchObject({
      password: 'throw-away',
      environment: { PGHOST: 'postgres', PGDATABASE: 'postgres' },
    });
    expect(target('postgresql://postgres@postgres/postgres')?.environment).not.toHaveProperty('PGSSLMODE');
    expect(target('postgresql://postgres@db/postgres?sslmode=verify-full')?.environment).toMatchObject({
      PGSSLMODE: 'verify-full',
    });
    expect(codes({ 'target-url': 'postgresql://host:port/db' })).not.toEqual([]);
  });

  it.each(['pull_request', 'pull_request_target', 'issue_comment', 'workflow_run'])('refuse %s', event => {
    expect(codes({}, event)).toHaveLength(1);
    expect(codes({ 'allow-event': event }, event)).toEqual([]);
  });
});
