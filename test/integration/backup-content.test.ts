// What databases hold that has fooled backups before: what counts as a row, whose rows they are, and in which bytes
// they are written.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proof } from '../../src/proof/proof.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';

const work = scratchFolder('content');

/** Backs up and restores by stock tools; resolves with manifest, proof and what both databases hold. */
async function thereAndBack(server: PostgresServer, database: string, inputs: Record<string, string> = {}) {
  const place = await folderPlace();
  const seen = await backUp({ server, database, place, inputs });
  const manifest = await manifestOf(seen, place);
  const proof: Proof = JSON.parse((await place.read(manifest.proof.key)).toString());
  const archive = join(work, `${manifest.id}.dump`);
  await writeFile(archive, await place.read(manifest.archive.key));
  const options = `encoding '${manifest.server.encoding}' template template0 locale 'C'`;
  await server.createDatabase(`copy ${manifest.id}`, options);
  const restore = ['--exit-on-error', '--jobs=2', '--dbname', server.url(`copy ${manifest.id}`), archive];
  await run(join(server.binFolder, 'pg_restore'), restore);
  const [before, after] = await Promise.all(
    [database, `copy ${manifest.id}`].map(name => readContent(server, name)),
  );
  return { manifest, proof, before, after };
}

for (const major of POSTGRES_MAJORS) {
  const { missing } = await need(`postgres-${major}`);
  it.skipIf(missing)(`proves the rows that are dumped, no other ones (PostgreSQL ${major})`, async () => {
    await using server = await startPostgres({ major });
    await seedHostile(server, 'hostile');
    const place = await folderPlace();
    const manifest = await manifestOf(await backUp({ server, database: 'hostile', place }), place);
    const proof: Proof = JSON.parse((await place.read(manifest.proof.key)).toString());
    const table = (name: string) => proof.tables.find(each => each.name === name);
    // Extension tables by their condition, or whole; never those that the extension does not register.
    expect(table('probe.probe_settings')).toMatchObject({
      rows: 2,
      extensionCondition: 'where not is_built_in',
    });
    expect(table('probe.probe_history')).toMatchObject({ rows: 3, extensionCondition: '' });
    expect(table('probe.probe_private')).toBeUndefined();
    // Rows that look like the start and the end of a table's data.
    expect(table('public.spoofed')?.rows).toBe(3);
    expect(table('public.fake')).toBeUndefined();
    expect(table('public."before\nCOPY public.fake (a) FROM stdin;\nafter"')?.rows).toBeGreaterThan(0);
    // Hash partitions of an enum are loaded through their root, and counted where they lie.
    const leaves = [table('public.by_mood_0'), table('public.by_mood_1')];
    expect(leaves.map(leaf => leaf?.viaRoot)).toEqual([true, true]);
    expect((leaves[0]?.rows ?? 0) + (leaves[1]?.rows ?? 0)).toBe(1000);
    // An inheritance parent without its children; tables without columns.
    expect([table('public.parent')?.rows, table('public.child')?.rows]).toEqual([3, 40]);
    expect([table('public.no_columns')?.rows, table('public.generated_only')?.rows]).toEqual([3, 2]);
    expect(proof.tables.every(({ rows, counted }) => rows === counted)).toBe(true);
    const scope = `select count(*) from pg_class c where relkind = 'r' and relpersistence <> 't' and oid >= 16384
      and relname not in ('probe_private')`;
    expect(proof.tables.length).toBe(Number(await server.psql(scope, 'hostile')));
    expect(proof.largeObjects.map(({ oid }) => oid)).toContain(424_242);
  });
}

const { missing } = await need('postgres-16');
describe.skipIf(missing)('A backup keeps', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
  });
  afterAll(() => server?.stop());

  it('the bytes of a SQL_ASCII database, in rows, names and large objects', async () => {
    await server.createDatabase('ascii', "encoding 'SQL_ASCII' template template0 locale 'C'");
    await server.psql(
      `do $$ begin
        execute format('create table %I (%I text)', E'caf\\xe9', E'na\\xefve\\n');
        execute format('insert into %I values (%L), (%L)', E'caf\\xe9', E'\\xff\\xfe\\x80 \\\\', 'é');
        execute format('create sequence %I', E's\\xe9q');
      end $$;`,
      'ascii',
    );
    const { manifest, before, after } = await thereAndBack(server, 'ascii');
    expect(manifest).toMatchObject({ server: { encoding: 'SQL_ASCII' }, totals: { tables: 1, rows: 2 } });
    expect(after).toEqual(before);
  });

  it.each([
    ['LATIN1', 'Größe né ÿ', 'übergrößen "ß"'],
    ['EUC_JP', '表示ソ能', '日本 の表'],
    ['UTF8', '🐘 象', 'e\u0301'],
  ])('the rows and names of a %s database', async (encoding, text, name) => {
    await server.createDatabase(encoding, `encoding '${encoding}' template template0 locale 'C'`);
    const table = `"${name.replaceAll('"', '""')}"`;
    await server.psql(
      `create table ${table} (${table} text); insert into ${table} values ('${text}'), ('COPY ${text}')`,
      encoding,
    );
    const { manifest, proof, before, after } = await thereAndBack(server, encoding);
    expect(manifest).toMatchObject({ server: { encoding }, totals: { tables: 1, rows: 2 } });
    expect(proof.tables.map(each => each.name)).toEqual([`public.${table}`]);
    expect(after).toEqual(before);
  });

  it("the bytes that a role with bytea_output=escape dumps, and the setting in the manifest's text settings", async () => {
    await server.createDatabase('escape');
    await server.psql("create table t as select '\\x00ff5c41'::bytea as b", 'escape');
    await server.psql(
      "create role escaper login superuser password 'pw-of-escaper'; alter role escaper set bytea_output = 'escape'",
    );
    const url = server.url('escape', { user: 'escaper', password: 'pw-of-escaper' });
    const { manifest, before, after } = await thereAndBack(server, 'escape', { 'database-url': url });
    expect(manifest.server.textSettings).toMatchObject({ bytea_output: 'escape', TimeZone: 'UTC' });
    expect(after).toEqual(before);
  });

  it('three hundred tables, locked by more than one statement', async () => {
    await server.createDatabase('many');
    await server.psql(
      `do $$ begin for i in 1..300 loop execute format('create table t%s as select generate_series(1, %s) as a', i, i % 5); end loop; end $$`,
      'many',
    );
    const { manifest, before, after } = await thereAndBack(server, 'many');
    expect(manifest.totals).toMatchObject({ tables: 300, rows: 600 });
    expect(after).toEqual(before);
  });

  it.each([
    'quote"in"it',
    "apostrophe's",
    'sp ace',
    'percent%20&=?#',
    '$(touch owned)',
    '--flag',
    '🐘 象',
    'a/b\\c',
    'port=1 host=x',
  ])('a database named %j under that very name', async name => {
    await server.createDatabase(name);
    await server.psql('create table t as select 1 as a', name);
    const place = await folderPlace();
    const seen = await backUp({ server, database: name, place });
    expect(seen.codes, seen.said).toEqual([]);
    expect(await manifestOf(seen, place)).toMatchObject({
      name,
      identity: { database: name },
      totals: { rows: 1 },
    });
    expect(seen.keys.every(key => key.split('/').length === 3)).toBe(true);
  });

  it('a field of 300 MB, in flat memory', async () => {
    await server.createDatabase('wide');
    await server.psql("create table t as select repeat('0123456789abcdef', 19660800) as a, 1 as b", 'wide');
    const place = await folderPlace();
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
    const seen = await backUp({ server, database: 'wide', place, inputs: { compression: 'none' } });
    clearInterval(watch);
    expect((await manifestOf(seen, place)).totals).toMatchObject({ rows: 1, tables: 1 });
    expect((peak - before) / 2 ** 20).toBeLessThan(200);
  });
});
