// What must stop a restore, and leave the live database answering as it did: damaged archives before anybody talks to
// the target, facts that forbid it, failures after each effect.
import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDisk } from '../../src/entry/disk.ts';
import type { Scratch, TargetServer } from '../../src/postgres/target-port.ts';
import { Problem } from '../../src/problems/problem.ts';
import { cancelled } from '../../src/problems/run.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { OtherSession } from '../parts/other-session.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore, type RestoreWishes, runRestore } from '../parts/restore-run.ts';
import { TcpProxy } from '../parts/tcp-proxy.ts';

const parts = await need('postgres-16');
const FAULT = new Problem({ kind: 'remote', code: 'PGB899', summary: 'A fault of the test.', hint: 'None.' });

describe.skipIf(parts.missing)('A restore that must not be', () => {
  let server: PostgresServer;
  let pristine: string;
  let folder: string;
  let archive: string;
  let wishes: RestoreWishes;

  beforeAll(async () => {
    server = await startPostgres({
      major: 16,
      settings: { max_prepared_transactions: '2', log_connections: 'on', wal_level: 'logical' },
    });
    await seedSmall(server, 'app');
    const place = await folderPlace();
    pristine = place.folder;
    const seen = await backUp({ server, database: 'app', place });
    archive = seen.outcome.backup?.key ?? '';
    await server.psql(`insert into loans values (1, '2026-11-21')`, 'app');
  });
  afterAll(() => server?.stop());

  beforeEach(async () => {
    folder = scratchFolder('place');
    await cp(pristine, folder, { recursive: true, preserveTimestamps: true });
    wishes = { server, database: 'app', folder };
  });

  /** Whatever was tried: the live database has its rows, and nothing of ours lies beside it. */
  afterEach(async () => {
    expect(await server.psql('select count(*) from loans', 'app')).toBe('1');
    expect(await besideLive(server)).toBe('');
  });

  describe('because the archive is not what it should be', () => {
    const damage = (change: (bytes: Buffer) => Buffer) => {
      const file = join(folder, archive);
      writeFileSync(file, change(readFileSync(file)));
    };

    it('a changed byte is found before the first connection after the plan', async () => {
      damage(bytes => {
        bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
        return bytes;
      });
      let connections = Number.NaN;
      const seen = await planAndRestore({
        ...wishes,
        onStage: title => {
          if (title === 'Download and verify') connections = connected(server);
        },
      });
      expect(seen.codes, seen.said).toEqual(['PGB440']);
      expect(connected(server) - connections).toBe(0);
      expect(seen.left.filter(name => name !== 'passfile')).toEqual([]);
    });

    it.each([
      ['cut', (bytes: Buffer) => bytes.subarray(0, -1)],
      ['continued', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')])],
    ])('one that was %s is not even chosen: nobody connects to the target at all', async (_what, change) => {
      damage(change);
      const before = connected(server);
      const seen = await runRestore(wishes);
      expect(seen.codes.length).toBe(1);
      expect(seen.outcome.plan).toBeNull();
      expect(connected(server) - before).toBe(0);
    });

    it('a proof that was exchanged is found as well', async () => {
      const file = join(folder, archive.replace(/\.dump$/, '.proof.json'));
      writeFileSync(file, readFileSync(file, 'utf8').replace('"rows":40', '"rows":41'));
      const seen = await planAndRestore(wishes);
      expect(seen.codes, seen.said).toEqual(['PGB440']);
    });
  });

  describe('because of the target', () => {
    it('a prepared transaction, told in the plan', async () => {
      await server.psql(`begin; insert into loans values (2); prepare transaction 'stuck "one"'`, 'app');
      try {
        const seen = await runRestore({ ...wishes, settings: { dryRun: true } });
        expect(seen.codes, seen.said).toEqual(['PGB811']);
        expect(seen.said).toContain('stuck "one"');
      } finally {
        await server.psql(`rollback prepared 'stuck "one"'`, 'app');
      }
    });

    it('a prepared transaction that came up meanwhile', async () => {
      try {
        const seen = await planAndRestore({
          ...wishes,
          onStage: async title => {
            if (title === 'Swap')
              await server.psql(`begin; insert into loans values (2); prepare transaction 'late'`, 'app');
          },
        });
        expect(seen.codes, seen.said).toEqual(['PGB811']);
      } finally {
        await server.psql(`rollback prepared 'late'`, 'app');
      }
    });

    it('a logical slot is told loudly', async () => {
      await server.psql(`select pg_create_logical_replication_slot('cdc', 'pgoutput')`, 'app');
      try {
        const seen = await runRestore({ ...wishes, settings: { dryRun: true } });
        expect(seen.warnings).toContain('PGB812');
      } finally {
        await server.psql(`select pg_drop_replication_slot('cdc')`, 'app');
      }
    });

    it('a session that stays, and who that is', async () => {
      await using other = new OtherSession(server, 'app');
      await other.run(`set application_name = 'the shop'`);
      const seen = await planAndRestore(wishes);
      expect(seen.codes, seen.said).toEqual(['PGB814']);
      expect(seen.warnings).toContain('PGB840');
      expect(seen.said).toContain('1 the shop');
      // What was restored is whole, and kept (restore-beside.test.ts).
      await server.psql(`drop database ${await besideLive(server)}`);
    });

    it('another database of that name since the plan', async () => {
      const seen = await planAndRestore({
        ...wishes,
        onStage: async title => {
          if (title !== 'Swap') return;
          await server.psql('alter database app rename to put_aside');
          await server.psql('create database app');
        },
      });
      expect(seen.codes, seen.said).toEqual(['PGB819']);
      await server.psql('drop database app');
      await server.psql('alter database put_aside rename to app');
    });

    it('no database of that name, or one that should be new', async () => {
      const missing = await runRestore({ ...wishes, database: 'nowhere', settings: { name: 'app' } });
      expect(missing.codes).toEqual(['PGB803']);
      const there = await runRestore({
        ...wishes,
        settings: { mode: 'new-database', newDatabase: 'postgres' },
      });
      expect(there.codes).toEqual(['PGB804']);
    });

    it('a role that may neither create nor rename: each is told', async () => {
      await server.psql(`create role plain login password 'p'`);
      const seen = await runRestore({ ...wishes, as: { user: 'plain', password: 'p' } });
      expect(seen.codes, seen.said).toEqual(['PGB805', 'PGB806']);
      expect(seen.said).toContain('`mode: in-place`');
    });
  });

  describe('because a step failed', () => {
    const STEPS = [
      'clearUp',
      'createScratch',
      'restore',
      'readTables',
      'readState',
      'analyze',
      'copyProperties',
    ] as const;

    it.each(STEPS)('after %s', async step => {
      const seen = await planAndRestore({ ...wishes, target: target => failAfter(target, step) });
      expect(seen.codes, seen.said).toEqual(['PGB899']);
      if (step === 'createScratch') {
        // The handle was lost with the failure, as in a crash: the next run finds what it left by its mark.
        expect(await besideLive(server)).toMatch(/^app_restore_\w{8}$/);
        expect(
          (await planAndRestore({ ...wishes, target: target => failAfter(target, 'restore') })).said,
        ).toMatch(/Dropped app_restore_/);
      }
    });

    it.each(['Download and verify', 'Restore', 'Compare', 'Analyze', 'Swap'])(
      'a cancel at the beginning of: %s',
      async stage => {
        const controller = new AbortController();
        const seen = await planAndRestore({
          ...wishes,
          signal: controller.signal,
          onStage: title => {
            if (title === stage) controller.abort(cancelled('SIGTERM'));
          },
        });
        expect(seen.codes, seen.said).toEqual(['PGB836']);
        expect(seen.outcome.result).toBe('cancelled');
      },
    );

    it('the user’s SQL stops at its first error', async () => {
      const seen = await planAndRestore({
        ...wishes,
        settings: { postRestoreSql: 'create table mine (a int);\nselect 1/0;\n' },
      });
      expect(seen.codes, seen.said).toEqual(['PGB827']);
      expect(seen.said).toContain('division by zero');
    });

    it('the user’s command fails', async () => {
      const seen = await planAndRestore({
        ...wishes,
        settings: { postRestoreCommand: 'echo migrating; echo broken >&2; exit 3' },
      });
      expect(seen.codes, seen.said).toEqual(['PGB827']);
      expect(seen.said).toContain('| migrating');
      expect(seen.said).toContain('ended with status 3');
    });
  });

  describe('because what was restored differs', () => {
    const TAMPER = [
      ['a lost row', 'delete from books where id = 7', 'PGB822'],
      ['a changed byte', `update books set title = 'Title 8x' where id = 8`, 'PGB822'],
      ['a row too many', 'insert into loans values (1)', 'PGB822'],
      ['a sequence', `select setval('authors_id_seq', 99)`, 'PGB823'],
      ['a constraint that is not valid', 'alter table books add check (pages > 5) not valid', 'PGB823'],
      ['a large object', `select lo_from_bytea(0, 'x')`, 'PGB823'],
    ] as const;

    it.each(TAMPER)('%s', async (_what, sql, code) => {
      const seen = await planAndRestore({
        ...wishes,
        onStage: async title => {
          if (title === 'Compare') await server.psql(sql, await besideLive(server));
        },
      });
      expect(seen.codes, seen.said).toEqual([code]);
    });

    it('rows in another order are the same rows', async () => {
      const seen = await planAndRestore({
        ...wishes,
        onStage: async title => {
          if (title === 'Compare')
            await server.psql('update books set pages = pages where id < 500', await besideLive(server));
        },
        settings: { mode: 'new-database', newDatabase: 'x_restore_x' },
      });
      expect(seen.codes, seen.said).toEqual([]);
      await server.psql('drop database x_restore_x');
    });
  });

  it('drops only what carries our mark, and never what was kept', async () => {
    await server.psql(`create database app_restore_mine; `);
    await server.psql(`create database app_before_marked`);
    await server.psql(
      `do $$ begin execute format('comment on database app_before_marked is %L', 'pg-backup-action restores into this database (since x, lock 5 in postgres)'); end $$`,
    );
    const seen = await planAndRestore({ ...wishes, target: target => failAfter(target, 'restore') });
    expect(seen.codes).toEqual(['PGB899']);
    expect((await besideLive(server)).split('\n')).toEqual(['app_before_marked', 'app_restore_mine']);
    await server.psql('drop database app_restore_mine');
    await server.psql('drop database app_before_marked');
  });

  it.each(['Restore', 'Compare', 'Swap'])('the network is lost at: %s', async stage => {
    await using proxy = await TcpProxy.start(server);
    const behind = Object.create(server, {
      url: {
        value: (...of: Parameters<PostgresServer['url']>) =>
          server.url(...of).replace(`:${server.port}/`, `:${proxy.port}/`),
      },
    });
    const seen = await planAndRestore({
      ...wishes,
      server: behind,
      onStage: title => {
        if (title !== stage) return;
        proxy.refuse();
        proxy.cut();
      },
    });
    expect(seen.outcome.result, seen.said).toBe('failed');
    if (stage === 'Restore') return;
    // What can't be reached can't be dropped either: that is told, and the next run does it.
    expect(seen.warnings).toContain('PGB829');
    const next = await planAndRestore({ ...wishes, target: target => failAfter(target, 'restore') });
    expect(next.said).toMatch(/Dropped app_restore_/);
  });

  it('the disk is too small for the archive, or not to be written', async () => {
    const disk = openDisk(scratchFolder('disk'));
    const small = { disk: { ...disk, freeBytes: async () => 1_000_000 } };
    expect((await planAndRestore({ ...wishes, world: small })).codes).toEqual(['PGB835']);
    const gone = { disk: { ...disk, path: () => join(disk.folder, 'no such folder', 'archive.dump') } };
    const seen = await planAndRestore({ ...wishes, world: gone });
    expect(seen.outcome.result, seen.said).toBe('failed');
    expect(seen.outcome.stages.at(-1)?.name).toBe('Download and verify');
  });

  it('the server dies in the middle: the live database is there again, and the next run clears up', async () => {
    const seen = await planAndRestore({
      ...wishes,
      onStage: async title => {
        if (title === 'Compare') await server.kill9();
      },
    });
    expect(seen.outcome.result).toBe('failed');
    await server.restart();
    expect(await besideLive(server)).toMatch(/^app_restore_/);
    const next = await planAndRestore({ ...wishes, target: target => failAfter(target, 'restore') });
    expect(next.said).toMatch(/Dropped app_restore_/);
    expect(await readContent(server, 'app')).toMatchObject({ tables: { 'public.loans': { rows: 1 } } });
  });
});

type Step = keyof Scratch | 'clearUp' | 'createScratch';

/** The effect happens, and the answer is lost. */
function failAfter(target: TargetServer, step: Step): TargetServer {
  const breaking = <T extends object>(object: T): T =>
    new Proxy(object, {
      get(of, name) {
        const value = Reflect.get(of, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result = value.apply(of, args);
          if (name === 'createScratch' && step !== name) return Promise.resolve(result).then(breaking);
          if (name !== step) return result;
          return name === 'restore' || name === 'readTables'
            ? failingTool(result)
            : Promise.resolve(result).then(async made => {
                // A crash ends the sessions as well.
                if (name === 'createScratch') await made.close();
                throw FAULT;
              });
        };
      },
    });
  return breaking(target);
}

function failingTool(tool: unknown): unknown {
  const fail = (running: { output: AsyncIterable<Buffer>; done: Promise<unknown> }) => {
    const done = running.done.then(() => {
      throw FAULT;
    });
    done.catch(() => {});
    return { ...running, done };
  };
  return tool instanceof Promise ? tool.then(fail) : fail(tool as Parameters<typeof fail>[0]);
}

function connected(server: PostgresServer): number {
  return server.log.match(/connection received/g)?.length ?? 0;
}
