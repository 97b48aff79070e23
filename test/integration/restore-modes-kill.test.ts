// A change of a live database that is killed after each of its effects, in order and outright, and whose server or line is
// lost: the database answers as before each time.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RestoreSettings } from '../../src/commands/restore/settings.ts';
import { cancelled } from '../../src/problems/run.ts';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { type CommandRun, runCommandLine } from '../parts/command-line.ts';
import { type DatabaseContent, readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { until } from '../parts/other-session.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore, type RestoreSeen } from '../parts/restore-run.ts';
import { schemaOf } from '../parts/schema-text.ts';
import { TcpProxy } from '../parts/tcp-proxy.ts';

const parts = await need('postgres-18');
const BOOKS = [{ schema: 'public', table: 'books' }];

const CHANGE = ['Safety backup', 'Change', 'Compare', 'Commit'];
const BESIDE = ['Restore', 'Compare beside'];
const MODES: Readonly<
  Record<string, { settings: Partial<RestoreSettings>; flags: readonly string[]; stages: readonly string[] }>
> = {
  'in place': {
    settings: { mode: 'in-place', safetyBackup: true },
    flags: ['--mode', 'in-place'],
    stages: CHANGE,
  },
  'rows alone': {
    settings: { mode: 'data-only', safetyBackup: true },
    flags: ['--mode', 'data-only'],
    stages: CHANGE,
  },
  'tables replaced': {
    settings: { mode: 'tables', tables: BOOKS, replaceTables: true, safetyBackup: true },
    flags: ['--mode', 'tables', '--tables', 'public.books', '--replace-tables'],
    stages: [...BESIDE, ...CHANGE],
  },
  'tables beside': {
    settings: { mode: 'tables', tables: BOOKS },
    flags: ['--mode', 'tables', '--tables', 'public.books'],
    stages: [...BESIDE, ...CHANGE.slice(1)],
  },
};

describe.skipIf(parts.missing)('A live database', () => {
  let server: PostgresServer;
  let folder: string;
  let before: DatabaseContent;
  let schema: string;

  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
    await seedSmall(server, 'app');
    await server.psql('drop view long_books', 'app');
    const place = await folderPlace();
    folder = place.folder;
    await backUp({ server, database: 'app', place });
    await server.psql(
      `insert into loans values (1, '2026-11-21'); delete from books where id = 999; alter table books add column later int;
      create table stray as select 1 as a; alter table authors drop constraint authors_pkey cascade; alter table authors add primary key (id);
      alter table books add constraint mine foreign key (author_id) references authors`,
      'app',
    );
    await server.psql('create database as_before template app');
    before = await readContent(server, 'app');
    schema = await schemaOf(server, 'app');
  });
  afterAll(() => server?.stop());

  /** What a killed run had on the server may take a moment to notice. */
  const isQuiet = () =>
    until(
      server,
      `not exists (select from pg_stat_activity where datname ~ '^app' and pid <> pg_backend_pid() and backend_type = 'client backend')`,
    );
  const isAsBefore = async () => {
    await isQuiet();
    expect(await schemaOf(server, 'app')).toBe(schema);
    expect(await readContent(server, 'app')).toEqual(before);
  };
  afterEach(isAsBefore);

  const cases = Object.entries(MODES).flatMap(([mode, { stages }]) =>
    stages.map(stage => [mode, stage] as const),
  );

  describe('of a run on the command line', () => {
    const hashes = new Map<string, string>();
    const start = (
      mode: string,
      more: readonly string[],
      stage?: string,
      signal?: NodeJS.Signals,
    ): Promise<CommandRun> =>
      runCommandLine({
        args: [
          ...['restore', '--database-url', 'env:URL', '--postgres-bin', server.binFolder],
          ...['--destination', `file://${folder}`, ...(MODES[mode]?.flags ?? []), ...more],
        ],
        environment: { URL: server.url('app') },
        ...(stage !== undefined && signal !== undefined && { killAt: { line: stage, signal } }),
      });
    const killAt = async (mode: string, stage: string, signal: NodeJS.Signals) => {
      if (!hashes.has(mode)) {
        const { stdout, stderr } = await start(mode, ['--dry-run', '--json']);
        const { hash } = JSON.parse(stdout);
        expect(hash, stderr).toMatch(/^\w{12}$/);
        hashes.set(mode, hash);
      }
      return start(mode, ['--confirm', hashes.get(mode) ?? ''], stage, signal);
    };

    const uncommitted = cases.filter(([, stage]) => stage !== 'Commit');
    // The change itself may be through before a signal is noticed: cancels at its stages are tried below.
    const early = uncommitted.filter(([, stage]) => stage !== 'Change' && stage !== 'Compare');
    it.each(early)('%s: SIGTERM at %s', async (mode, stage) => {
      const { status, stderr } = await killAt(mode, stage, 'SIGTERM');
      expect(status, stderr).toBe(143);
      expect(await besideLive(server)).toBe('');
    });

    // Between the request and its answer nobody knows: all of it has happened, or nothing.
    it.each(['SIGTERM', 'SIGKILL'] as const)('in place: %s at Commit leaves all or nothing', async signal => {
      await killAt('in place', 'Commit', signal);
      await isQuiet();
      const rows = await server.psql('select count(*) from books', 'app');
      if (rows === '999') return;
      expect(rows).toBe('1000');
      expect(await server.psql(`select to_regclass('stray') is null`, 'app')).toBe('t');
      await server.psql('drop database app with (force)');
      await server.psql('create database app template as_before');
      hashes.clear();
    });

    it.each(uncommitted)('%s: SIGKILL at %s', async (mode, stage) => {
      expect((await killAt(mode, stage, 'SIGKILL')).status).toBe('SIGKILL');
    });
  });

  describe('of a run that fails', () => {
    const fail = (
      mode: string,
      at: string,
      break_: () => unknown,
      on: PostgresServer = server,
    ): Promise<RestoreSeen> =>
      planAndRestore({
        server: on,
        database: 'app',
        folder,
        settings: MODES[mode]?.settings ?? {},
        onStage: async title => {
          if (title === at) await break_();
        },
      });

    it.each(cases.filter(([, stage]) => stage !== 'Safety backup'))(
      '%s: the line is lost at %s',
      async (mode, stage) => {
        await using proxy = await TcpProxy.start(server);
        const behind = Object.create(server, {
          url: {
            value: (...of: Parameters<PostgresServer['url']>) =>
              server.url(...of).replace(`:${server.port}/`, `:${proxy.port}/`),
          },
        });
        const lose = () => {
          proxy.refuse();
          proxy.cut();
        };
        const seen = await fail(mode, stage, lose, behind);
        expect(seen.outcome.result, seen.said).toBe('failed');
      },
    );

    it.each(cases.filter(([, stage]) => stage === 'Compare' || stage === 'Commit'))(
      '%s: the server dies at %s',
      async (mode, stage) => {
        const seen = await fail(mode, stage, () => server.kill9());
        expect(seen.outcome.result, seen.said).toBe('failed');
        await server.restart();
      },
    );

    it.each(cases)('%s: a cancel at %s', async (mode, stage) => {
      const controller = new AbortController();
      const seen = await planAndRestore({
        server,
        database: 'app',
        folder,
        signal: controller.signal,
        settings: MODES[mode]?.settings ?? {},
        onStage: title => {
          if (title === stage) controller.abort(cancelled('SIGTERM'));
        },
      });
      expect(seen.codes, seen.said).toEqual(['PGB836']);
    });

    it('the user’s SQL fails inside of the transaction', async () => {
      const seen = await planAndRestore({
        server,
        database: 'app',
        folder,
        settings: { mode: 'in-place', postRestoreSql: `update authors set name = 'anonymous'; select 1/0` },
      });
      expect(seen.codes, seen.said).toEqual(['PGB837']);
      expect(seen.said).toContain('division by zero');
    });

    it('the safety backup fails', async () => {
      const seen = await planAndRestore({
        server,
        database: 'app',
        folder,
        settings: { mode: 'in-place', safetyBackup: true },
        world: { safety: { encrypted: false, take: () => Promise.resolve(NO_BACKUP) } },
      });
      expect(seen.codes, seen.said).toEqual(['PGB846']);
      expect(seen.outcome.stages.map(({ name }) => name)).not.toContain('Change');
    });
  });
});

const NO_BACKUP = { backup: null, problems: [] } as unknown as Awaited<
  ReturnType<import('../../src/commands/restore/world.ts').SafetyBackup['take']>
>;
