// The adapter on real servers: what a restore makes beside the live database, how it is known again, and the swap.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolOutput } from '../../src/postgres/port.ts';
import { parseArchiveSchema } from '../../src/proof/archive-schema.ts';
import { compareInOrder, tablesToCompare } from '../../src/proof/compare-restored.ts';
import { CopyScanner, type ScanResult } from '../../src/proof/copy-scanner.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { dumpTo, targetOf } from '../parts/restore-target.ts';

const never = new AbortController().signal;
const NOW = Date.parse('2026-11-21T03:17:00Z');
const TEXT = { encoding: 'UTF8', settings: { bytea_output: 'hex', xmlbinary: 'base64' } };

for (const major of POSTGRES_MAJORS) {
  const parts = await need(`postgres-${major}`);
  describe.skipIf(parts.missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let archive: string;
    beforeAll(async () => {
      server = await startPostgres({ major, settings: { max_prepared_transactions: '2' } });
      await seedHostile(server, 'app');
      archive = await dumpTo(join(scratchFolder('archive'), 'app.dump'), server, 'app');
    });
    afterAll(() => server?.stop());

    it('restores beside the live database, row for row, and swaps with its properties', async () => {
      await server.psql(`create role owner_of_app; create role reader; alter role postgres in database app set work_mem = '7MB';
        alter database app owner to owner_of_app; grant connect on database app to reader with grant option; revoke all on database app from public;
        alter database app set search_path to "$user", 'odd, "name', public; alter database app set app.secret = E'it''s \\\\ odd';
        alter database app set default_transaction_read_only = on; alter database app connection limit 77; comment on database app is E'the ''live'' one'`);
      const properties = () => server.psql(PROPERTIES);
      const before = await properties();
      const target = targetOf(server, 'app');
      const facts = await target.facts('app', never);
      expect(facts.database).toMatchObject({
        name: 'app',
        owner: 'owner_of_app',
        mayRename: true,
        inside: { hasPublic: true },
      });
      const live = { name: 'app', oid: facts.database?.oid ?? 0 };
      const client = await target.clientFor(major, major, never);
      const schema = parseArchiveSchema(
        (await all(target.printSchema(client, archive, { create: true }))).toString(),
      );
      const scratch = await target.createScratch(
        { name: 'app_restore_x', locale: schema.locale ?? new Map(), replaces: live.oid, now: NOW },
        never,
      );
      await done(
        scratch.restore(client, archive, { jobs: 2, noOwner: false, noAcl: false, lcMonetary: undefined }),
      );
      const wanted = await scan(target.printData(client, archive));
      const tables = tablesToCompare(wanted, []);
      const found = await scan(await scratch.readTables(client, tables, TEXT));
      const verdicts = tables.map(
        (table, at) => [table.name, compareInOrder(table, found.tables[at] ?? missing())] as const,
      );
      // Rows of a hash over an enum change their leaf, and an extension brings rows of its own.
      expect(
        verdicts
          .filter(([, verdict]) => verdict !== 'same')
          .map(([name]) => name)
          .sort(),
      ).toEqual(['probe.probe_history', 'probe.probe_settings', 'public.by_mood']);
      const state = await scratch.readState(never);
      expect(state.largeObjects).toEqual(wanted.largeObjects);
      expect(state.disabledTriggers.length).toBeGreaterThan(0);
      await scratch.analyze(never);
      expect(await scratch.copyProperties(live.oid)).toEqual([]);
      await scratch.swap({ live, before: 'app_before_x', terminateSessions: false });
      await scratch.close();
      expect(await properties()).toBe(before);
      expect(await readContent(server, 'app')).toEqual(await readContent(server, 'app_before_x'));
      expect(await server.psql(`select oid from pg_database where datname = 'app_before_x'`)).toBe(
        String(live.oid),
      );
    });
  });
}

/** Everything that hangs on the OID. */
const PROPERTIES = `select pg_get_userbyid(datdba), datconnlimit, shobj_description(oid, 'pg_database'),
  (select string_agg(concat_ws(' ', grantee, privilege_type, is_grantable), ',' order by grantee, privilege_type) from aclexplode(coalesce(datacl, acldefault('d', datdba)))),
  (select string_agg(concat_ws(' ', setrole, array_to_string(setconfig, '~')), '|' order by setrole) from pg_db_role_setting where setdatabase = d.oid)
  from pg_database d where datname = 'app'`;

function missing(): never {
  throw new Error('a table was not read back');
}

async function all(tool: ToolOutput): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of tool.output) pieces.push(Buffer.from(piece));
  await tool.done;
  return Buffer.concat(pieces);
}

async function done(tool: ToolOutput): Promise<void> {
  await all(tool);
}

async function scan(tool: ToolOutput): Promise<ScanResult> {
  const scanner = new CopyScanner();
  for await (const piece of tool.output) scanner.push(piece);
  await tool.done;
  return scanner.end();
}
