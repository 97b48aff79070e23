// The contract with PostgreSQL, on the fake and on real servers of every major.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openPostgres } from '../../src/postgres/postgres.ts';
import { need } from '../parts/availability.ts';
import { clientsIn } from '../parts/clients.ts';
import { fakePostgres } from '../parts/fake-postgres.ts';
import { POSTGRES_MAJORS, type PostgresMajor } from '../parts/postgres-binaries.ts';
import { startPostgres } from '../parts/postgres-server.ts';
import { CONTENTS, describePostgres, type PostgresUnderTest } from './postgres.contract.ts';

async function fake(): Promise<PostgresUnderTest> {
  const postgres = fakePostgres();
  return {
    open: async ({ password } = {}) =>
      password === undefined ? postgres : fakePostgres({ givenPassword: password }),
    async addRow(name) {
      for (const table of postgres.database.tables) if (table.name === name) table.rows.push('0\tone more');
    },
    truncate: postgres.truncate,
    async untilNobodyIsLeft() {
      if (postgres.running.length > 0) throw new Error(`still there: ${postgres.running.join()}`);
    },
    stop: async () => {},
  };
}

const TABLES = Object.entries(CONTENTS).map(
  ([table, rows]) => `create table ${table} (id ${table === 'public.authors' ? 'serial' : 'int'}, title text);
    insert into ${table} select i, 'Title ' || i from generate_series(1, ${rows}) i;`,
);

function real(major: PostgresMajor) {
  return async (): Promise<PostgresUnderTest> => {
    const server = await startPostgres({ major });
    const folder = await mkdtemp(join(tmpdir(), 'postgres-contract-'));
    await server.createDatabase('app');
    await server.psql(`${TABLES.join('\n')} select lo_from_bytea(0, 'a large object');`, 'app');
    return {
      async open({ password = server.password } = {}) {
        return openPostgres({
          connection: {
            environment: {
              PGHOST: server.host,
              PGPORT: String(server.port),
              PGUSER: server.user,
              PGDATABASE: 'app',
            },
            keywords: {},
            password,
          },
          clients: clientsIn(server.binFolder),
          folder: await mkdtemp(join(folder, 'run-')),
          lockWaitTimeoutMs: 10_000,
          own: { HOME: folder },
          now: Date.now,
        });
      },
      addRow: async table => void (await server.psql(`insert into ${table} values (0, 'one more')`, 'app')),
      truncate: async table => void (await server.psql(`truncate ${table}`, 'app')),
      async untilNobodyIsLeft() {
        await server.psql(`set statement_timeout = '10s'; do $$ begin
          while exists (select from pg_stat_activity where application_name = 'pg-backup-action') loop
            perform pg_stat_clear_snapshot(); perform pg_sleep(0.02);
          end loop;
        end $$`);
      },
      async stop() {
        await server.stop();
        await rm(folder, { recursive: true });
      },
    };
  };
}

describePostgres('fake', fake, 16);
for (const major of POSTGRES_MAJORS) {
  const { missing } = await need(`postgres-${major}`);
  describe.skipIf(missing)('real', () => describePostgres(`PostgreSQL ${major}`, real(major), major));
}
