// A restore that is killed at every stage, in order and outright: the live database answers as before each time, and the
// next run clears up what the killed one left.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { type CommandRun, runCommandLine } from '../parts/command-line.ts';
import { seedSmall } from '../parts/databases.ts';
import { until } from '../parts/other-session.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive } from '../parts/restore-run.ts';

const parts = await need('postgres-17');
const STAGES = ['Find the backup', 'Plan', 'Download and verify', 'Restore', 'Compare', 'Analyze', 'Swap'];

describe.skipIf(parts.missing)('A restore on the command line', () => {
  let server: PostgresServer;
  let args: string[];
  let hash: string;

  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
    await seedSmall(server, 'app');
    const place = await folderPlace();
    await backUp({ server, database: 'app', place });
    await server.psql(`insert into loans values (1, '2026-11-21')`, 'app');
    args = ['restore', '--database-url', 'env:URL', '--postgres-bin', server.binFolder];
    args.push(...Object.entries(place.inputs).flatMap(([name, value]) => [`--${name}`, value]));
    hash = JSON.parse((await start('--dry-run', '--json')).stdout).hash;
  });
  afterAll(() => server?.stop());

  function start(...more: string[]): Promise<CommandRun> {
    return runCommandLine({ args: [...args, ...more], environment: { URL: server.url('app') } });
  }

  function killAt(stage: string, signal: NodeJS.Signals): Promise<CommandRun> {
    return runCommandLine({
      args: [...args, '--confirm', hash],
      environment: { URL: server.url('app') },
      killAt: { line: stage, signal },
    });
  }

  const answersAsBefore = async () => {
    expect(await server.psql('select count(*) from loans', 'app')).toBe('1');
    expect(await server.psql(`select count(*) from pg_database where datname ~ '_before_'`)).toBe('0');
  };

  it.each(STAGES.filter(stage => stage !== 'Swap'))('SIGTERM at: %s', async stage => {
    const { status, stderr } = await killAt(stage, 'SIGTERM');
    expect(status, stderr).toBe(143);
    await answersAsBefore();
    expect(await besideLive(server)).toBe('');
  });

  it.each(STAGES.filter(stage => stage !== 'Swap'))('SIGKILL at: %s', async stage => {
    expect((await killAt(stage, 'SIGKILL')).status).toBe('SIGKILL');
    // What it started may work on for a moment.
    await until(server, `not exists (select from pg_stat_activity where datname ~ '_restore_')`);
    await answersAsBefore();
  });

  it('a kill at the swap leaves both names as they were, or both changed', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await killAt('Swap', signal);
      await until(server, `not exists (select from pg_stat_activity where datname ~ '_(restore|before)_')`);
      const [[rows = ''], kept] = [
        (await server.psql('select count(*) from loans', 'app')).split('\n'),
        await server.psql(`select datname from pg_database where datname ~ '_before_'`),
      ];
      expect(rows).toBe(kept === '' ? '1' : '0');
      if (kept === '') continue;
      await server.psql('drop database app');
      await server.psql(`alter database ${kept} rename to app`);
    }
  });

  it('at last one goes through, and nothing of the others is left', async () => {
    const { status, stdout, stderr } = await start('--confirm', hash, '--json');
    expect(status, stderr).toBe(0);
    const { database, kept, undo } = JSON.parse(stdout).restored;
    expect(database).toBe('app');
    expect(stderr).toContain(undo);
    expect(stderr).not.toContain(server.password);
    expect(await besideLive(server)).toBe(kept);
    expect(await server.psql('select count(*) from loans', 'app')).toBe('0');
    expect(await server.psql('select count(*) from loans', kept)).toBe('1');
  });

  it('without a confirmation it says how the very same call is confirmed', async () => {
    const { status, stderr } = await start('--no-acl');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /To carry it out: pg-backup restore --database-url … --postgres-bin \S+ --destination \S+ --no-acl --backup \w{8} --confirm \w{12}\n/,
    );
  });
});
