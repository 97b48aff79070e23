// PostgreSQL's own programs, or somebody in their place, that fail without saying so: each stage of a backup has to
// notice by itself, because every exit status here is 0.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { type Wrappers, wrapClient } from '../parts/client-wrapper.ts';
import { seedSmall } from '../parts/databases.ts';
import { expectTrouble } from '../parts/expect-trouble.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';

const { missing } = await need('postgres-16');

/** What takes the place of a program, what it does, and the problem that comes of it. */
const TAMPERING: readonly [string, Wrappers, readonly string[]][] = [
  ['pg_dump that writes nothing', { pg_dump: 'exit 0' }, ['PGB400']],
  ['pg_dump cut after the table of contents', { pg_dump: '"$real" "$@" | head -c 6000' }, ['PGB400']],
  ['pg_dump cut by its last byte', { pg_dump: '"$real" "$@" | head -c -1' }, ['PGB400']],
  [
    'pg_dump with a byte of its data changed',
    {
      pg_dump: `file=$(mktemp); trap 'rm -f "$file"' EXIT; "$real" "$@" >"$file"
        at=$(( $(wc -c <"$file") / 2 )); printf '\\377\\376' | dd of="$file" bs=1 seek=$at conv=notrunc 2>/dev/null; cat "$file"`,
    },
    ['PGB400'],
  ],
  ['pg_dump without one table', { pg_dump: 'exec "$real" "$@" --exclude-table=public.loans' }, ['PGB403']],
  [
    "pg_dump without one table's rows",
    { pg_dump: 'exec "$real" "$@" --exclude-table-data=public.books' },
    ['PGB403'],
  ],
  ['pg_dump of the schema alone', { pg_dump: 'exec "$real" "$@" --schema-only' }, ['PGB403']],
  ['pg_dump of the data alone', { pg_dump: 'exec "$real" "$@" --data-only' }, ['PGB414']],
  ['pg_dump that writes INSERT statements', { pg_dump: 'exec "$real" "$@" --inserts' }, ['PGB406']],
  ['pg_dump in another format', { pg_dump: 'exec "$real" "$@" --format=plain' }, ['PGB400']],
  [
    'pg_dump of another database',
    { pg_dump: 'for last; do :; done; exec "$real" --format=custom --dbname="dbname=other"' },
    ['PGB403', 'PGB404'],
  ],
  [
    'pg_dump of other rows than the snapshot shows',
    { pg_dump: 'exec "$real" --format=custom --dbname="dbname=lesser"' },
    ['PGB403', 'PGB404'],
  ],
  [
    'pg_restore --list that leaves out a table',
    { 'pg_restore --list': '"$real" "$@" | grep -v loans' },
    ['PGB403', 'PGB406'],
  ],
  [
    'pg_restore --list that makes a table up',
    { 'pg_restore --list': '"$real" "$@"; echo "9999; 0 99999 TABLE DATA public more postgres"' },
    ['PGB404', 'PGB406'],
  ],
  [
    'pg_restore --list that prints nothing',
    { 'pg_restore --list': 'cat >/dev/null' },
    ['PGB403', 'PGB406', 'PGB410'],
  ],
  [
    'pg_restore --section=data that loses a row',
    { 'pg_restore --section=data': '"$real" "$@" | sed "/Title 500/d"' },
    ['PGB408'],
  ],
  [
    'pg_restore --section=data that stops in the middle',
    { 'pg_restore --section=data': '"$real" "$@" | head -c 20000' },
    ['PGB401'],
  ],
  [
    'pg_restore --schema-only that prints nothing',
    { 'pg_restore --schema-only': 'cat >/dev/null' },
    ['PGB401'],
  ],
  [
    'pg_restore --schema-only that is cut short',
    { 'pg_restore --schema-only': '"$real" "$@" | head -c 1000' },
    ['PGB401'],
  ],
  ['pg_restore --section=data that reads nothing', { 'pg_restore --section=data': 'exit 0' }, ['PGB401']],
];

describe.skipIf(missing)('No backup comes of', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
    for (const name of ['other', 'lesser']) await seedSmall(server, name);
    await server.psql('delete from books where id > 990', 'lesser');
  });
  afterAll(() => server?.stop());

  it.each(TAMPERING)('%s', async (_, wrappers, codes) => {
    const inputs = { 'postgres-bin': await wrapClient(server.binFolder, wrappers), compression: 'gzip:6' };
    expectTrouble(await backUp({ server, database: 'app', place: await folderPlace(), inputs }), { codes });
  });

  it('rows that were deleted between the snapshot and a pg_dump that does not use it', async () => {
    const psql = `'${server.binFolder}/psql' -Xq -d '${server.url('app')}'`;
    const bin = await wrapClient(server.binFolder, {
      pg_dump: `${psql} -c 'delete from books where id > 995' >/dev/null
        exec "$real" --format=custom --dbname='${server.url('app')}'`,
    });
    const seen = await backUp({
      server,
      database: 'app',
      place: await folderPlace(),
      inputs: { 'postgres-bin': bin },
    });
    expectTrouble(seen, { codes: ['PGB408'], says: ['public.books', '995 in the archive, 1000 counted'] });
  });

  it('nothing of this: left alone, the same programs give one', async () => {
    const bin = await wrapClient(server.binFolder, {});
    const seen = await backUp({
      server,
      database: 'app',
      place: await folderPlace(),
      inputs: { 'postgres-bin': bin },
    });
    expect(seen.codes, seen.said).toEqual([]);
  });
});
