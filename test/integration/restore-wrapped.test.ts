// What scripts put around a dump, made by the very programs they use, and everything that can be wrong with such a file:
// damaged for real, and refused before the target is changed.
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OpensslOpener } from '../../src/encryption/openssl.ts';
import { openUnpacker } from '../../src/files/unpack.ts';
import { isFileBeginning } from '../../src/proof/file-kind.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { dumpAs, FORMATS, type Format, wrapped } from '../parts/foreign-files.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import {
  besideLive,
  planAndRestore,
  type RestoreSeen,
  type RestoreWishes,
  runRestore,
} from '../parts/restore-run.ts';

const { missing } = await need('postgres-17', 'packers');
const PASSWORD = 'pass of the old script';
const OPENSSL = 'openssl enc -aes-256-cbc -pass "pass:pass of the old script" -in "$1" -out "$2" 2>/dev/null';

describe.skipIf(missing)('A file that a script left', () => {
  let server: PostgresServer;
  const dumps = {} as Record<Format, string>;
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
    await seedSmall(server, 'app');
    for (const format of Object.keys(FORMATS) as Format[])
      dumps[format] = await dumpAs(format, server, 'app');
  });
  afterAll(() => server?.stop());
  afterEach(() =>
    server.psql(
      "select format('drop database %I', datname) from pg_database where datname ~ '^new_|_before_' \\gexec",
    ),
  );

  function wishesFor(file: string, { settings, ...rest }: Partial<RestoreWishes> = {}): RestoreWishes {
    const how = { mode: 'new-database', newDatabase: 'new_db', ...settings } as const;
    const passwordOpener = new OpensslOpener(`${PASSWORD}\n`, isFileBeginning);
    return {
      server,
      database: 'app',
      ...rest,
      settings: { ...how, file },
      world: { passwordOpener, ...rest.world },
    };
  }

  async function expectSame(seen: RestoreSeen): Promise<void> {
    expect(seen.codes, seen.said).toEqual([]);
    expect(await readContent(server, 'new_db')).toEqual(await readContent(server, 'app'));
    expect(seen.left.filter(name => name !== 'passfile')).toEqual([]);
  }

  it.each<[string, Format, string]>([
    ['gzip around the custom format', 'custom', 'gzip -c "$1" > "$2"'],
    ['gzip around plain SQL', 'sql', 'gzip -c "$1" > "$2"'],
    [
      'several gzip members',
      'sql',
      'split -b 40000 "$1" "$2." && for part in "$2".??; do gzip -c "$part"; done > "$2"',
    ],
    ['gzip around a tar', 'tar', 'gzip -c "$1" > "$2"'],
    ['bzip2', 'sql', 'bzip2 -c "$1" > "$2"'],
    ['xz', 'sql', 'xz -c "$1" > "$2"'],
    ['zstd', 'sql', 'zstd -q -c "$1" > "$2"'],
    ['zstd with a long window, without a checksum', 'sql', 'zstd -q --long=31 --no-check -c "$1" > "$2"'],
    [
      'several zstd frames',
      'sql',
      'split -b 40000 "$1" "$2." && for part in "$2".??; do zstd -q -c "$part"; done > "$2"',
    ],
    ['openssl with -pbkdf2', 'custom', `${OPENSSL} -pbkdf2`],
    ['openssl with -pbkdf2 and 100,000 rounds', 'custom', `${OPENSSL} -pbkdf2 -iter 100000`],
    ['openssl with -md sha512 -pbkdf2', 'custom', `${OPENSSL} -pbkdf2 -md sha512`],
    ['openssl as before 1.1 (md5)', 'sql', `${OPENSSL} -md md5`],
    ['openssl as from 1.1 on (sha256)', 'sql', OPENSSL],
    [
      'openssl around gzip',
      'sql',
      `gzip -c "$1" > "$2.gz" && openssl enc -aes-256-cbc -pbkdf2 -pass "pass:${PASSWORD}" -in "$2.gz" -out "$2"`,
    ],
  ])('opens %s', async (_what, format, command) => {
    await expectSame(await planAndRestore(wishesFor(await wrapped(dumps[format], command, 'any.sql'))));
  });

  it('takes the place of the live database, which is kept, and keeps its locale', async () => {
    await server.createDatabase('live', "template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'");
    const { settings, ...wishes } = wishesFor(dumps.sql);
    const seen = await planAndRestore({
      ...wishes,
      database: 'live',
      settings: { file: dumps.sql, ...settings, mode: 'swap', newDatabase: undefined },
    });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.outcome.restored?.kept).toMatch(/^live_before_/);
    expect((await readContent(server, 'live')).tables).toEqual((await readContent(server, 'app')).tables);
    expect(
      await server.psql(
        "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = 'live'",
      ),
    ).toBe('LATIN1|C');
  });

  it('compares times that were written in the zone of the server', async () => {
    await server.psql(
      "insert into loans select i, '2026-07-01 12:00+00'::timestamptz + i * interval '1 month' from generate_series(1, 9) i",
      'app',
    );
    await server.psql("alter role postgres set timezone = 'Europe/Berlin'");
    try {
      const file = await dumpAs('custom', server, 'app', { zone: 'Europe/Berlin' });
      const seen = await planAndRestore(wishesFor(file));
      await expectSame(seen);
      expect(seen.warnings).toEqual(['PGB739', 'PGB737']);
    } finally {
      await server.psql('alter role postgres reset timezone');
    }
    const elsewhere = await dumpAs('custom', server, 'app', { zone: 'Asia/Kathmandu' });
    await server.psql('drop database new_db');
    const unclear = await planAndRestore(wishesFor(elsewhere));
    await expectSame(unclear);
    expect(unclear.warnings).toEqual(['PGB739', 'PGB737', 'PGB736']);
    expect(unclear.outcome.result).toBe('degraded');
    await server.psql('truncate loans', 'app');
  });

  const cut = (bytes: number) => `head -c ${bytes} "$1" > "$2"`;
  it.each<[string, string, Format, string, string]>([
    ['an empty file', 'PGB721', 'sql', ': > "$2"', 'holds nothing: the dump had failed'],
    [
      'gzip around nothing',
      'PGB721',
      'sql',
      'gzip -c < /dev/null > "$2"',
      'holds nothing inside of its gzip',
    ],
    ['a web page', 'PGB722', 'sql', 'echo "<!DOCTYPE html><p>Sign in" > "$2"', 'a web page'],
    [
      "a store's error",
      'PGB722',
      'sql',
      'echo "<?xml version=\\"1.0\\"?><Error><Code>AccessDenied" > "$2"',
      'an XML document',
    ],
    ['a zip file', 'PGB722', 'sql', 'printf "PK\\003\\004rest" > "$2"', 'unzip -p '],
    ['UTF-16', 'PGB722', 'sql', 'iconv -f UTF-8 -t UTF-16 "$1" > "$2"', 'iconv -f UTF-16'],
    ['line ends of Windows', 'PGB722', 'sql', 'sed \'s/$/\\r/\' "$1" > "$2"', 'as on Windows'],
    ['what nobody knows', 'PGB722', 'sql', 'echo "something else" > "$2"', 'beginning with 73 6f 6d 65'],
    ['base64 of openssl', 'PGB722', 'sql', `${OPENSSL} -a`, 'openssl base64 -d'],
    [
      'PGP',
      'PGB723',
      'sql',
      'printf -- "-----BEGIN PGP MESSAGE-----\\n\\nhQ" > "$2"',
      'gpg --decrypt --output dump ',
    ],
    [
      'pg_dumpall',
      'PGB729',
      'sql',
      'printf -- "--\\n-- PostgreSQL database cluster dump\\n--\\n" > "$2"',
      'pg_dumpall',
    ],
    ['a cut gzip', 'PGB727', 'sql', 'gzip -c "$1" > "$2.gz"; head -c 3000 "$2.gz" > "$2"', 'it is cut off'],
    [
      'a changed gzip',
      'PGB727',
      'sql',
      'gzip -c "$1" > "$2"; printf "\\377\\377\\377" | dd of="$2" bs=1 seek=3000 conv=notrunc 2>/dev/null',
      'gzip',
    ],
    [
      'a cut zstd',
      'PGB727',
      'sql',
      'zstd -q -c "$1" > "$2.zst"; head -c 3000 "$2.zst" > "$2"',
      'it is cut off',
    ],
    [
      'a zstd without its last byte',
      'PGB727',
      'sql',
      'zstd -q -c "$1" > "$2.zst"; head -c -1 "$2.zst" > "$2"',
      'it is cut off',
    ],
    ['a cut xz', 'PGB727', 'sql', 'xz -c "$1" > "$2.xz"; head -c 3000 "$2.xz" > "$2"', 'xz'],
    ['a cut bzip2', 'PGB727', 'sql', 'bzip2 -c "$1" > "$2.bz2"; head -c 5000 "$2.bz2" > "$2"', 'bzip2'],
    [
      'a cut openssl',
      'PGB727',
      'custom',
      `openssl enc -aes-256-cbc -pbkdf2 -pass "pass:${PASSWORD}" -in "$1" -out "$2.e"; head -c 9001 "$2.e" > "$2"`,
      'it is cut off',
    ],
    [
      'another password',
      'PGB725',
      'custom',
      'openssl enc -aes-256-cbc -pbkdf2 -pass pass:other -in "$1" -out "$2"',
      'does not open',
    ],
    ['plain SQL without its end', 'PGB730', 'sql', 'head -n -5 "$1" > "$2"', 'without the last line'],
    [
      'plain SQL cut within rows',
      'PGB730',
      'sql',
      cut(20_000),
      'breaks off in the rows of `COPY public.books',
    ],
    ['a cut tar', 'PGB730', 'tar', cut(30_720), 'breaks off at byte'],
    ['a tar without its empty blocks', 'PGB730', 'tar', 'head -c -1024 "$1" > "$2"', 'breaks off at byte'],
    [
      'a folder in a tar',
      'PGB722',
      'directory',
      'tar -cf "$2" -C "$1/.." "$(basename "$1")"',
      'a folder that was packed',
    ],
    [
      'a base backup',
      'PGB722',
      'sql',
      'cd "$(dirname "$2")" && echo 17 > PG_VERSION && tar -cf "$2" PG_VERSION',
      'a physical copy',
    ],
    ['a cut custom archive', 'PGB400', 'custom', cut(5_000), 'pg_restore'],
    [
      'a zero block in SQL',
      'PGB730',
      'sql',
      'cp "$1" "$2"; dd if=/dev/zero of="$2" bs=512 seek=8 count=1 conv=notrunc 2>/dev/null',
      'zero bytes',
    ],
  ])('refuses %s', async (_what, code, format, command, words) => {
    const file = await wrapped(dumps[format], command);
    const seen = await runRestore({ ...wishesFor(file), onStage: () => {} });
    expect(seen.said).toContain(words);
    expect(seen.codes).toEqual([code]);
    expect(seen.left.filter(name => name !== 'passfile')).toEqual([]);
    expect(await besideLive(server)).toBe('');
  });

  it('names the password that is missing, the program, the path', async () => {
    const sealed = await wrapped(dumps.sql, OPENSSL);
    expect((await runRestore(wishesFor(sealed, { world: { passwordOpener: null } }))).codes).toEqual([
      'PGB724',
    ]);
    const packed = await wrapped(dumps.sql, 'xz -c "$1" > "$2"');
    const bare = { unpacker: openUnpacker(scratchFolder('no-programs')) };
    expect((await runRestore(wishesFor(packed, { world: bare }))).said).toContain('apt-get install xz-utils');
    expect((await runRestore(wishesFor('/nowhere/x.sql'))).codes).toEqual(['PGB720']);
    const folder = scratchFolder('empty');
    await mkdir(join(folder, 'inside'));
    expect((await runRestore(wishesFor(folder))).said).toContain('a folder without `toc.dat`');
  });

  it('refuses a directory whose data is missing or cut', async () => {
    const folder = await wrapped(dumps.directory, 'cp -r "$1" "$2"');
    const data = (await readdir(folder)).find(name => name.endsWith('.dat.gz')) ?? '';
    await truncate(join(folder, data), 30);
    expect((await runRestore(wishesFor(folder))).codes).toEqual(['PGB400']);
    await rm(join(folder, data));
    expect((await runRestore(wishesFor(folder))).codes).toEqual(['PGB400']);
  });

  it('refuses rows alone, and tells the plan of another file from this one', async () => {
    const rows = await dumpAs('custom', server, 'app', { more: ['--data-only'] });
    expect((await runRestore(wishesFor(rows))).codes).toEqual(['PGB726']);
    const file = await wrapped(dumps.sql, 'cp "$1" "$2"');
    const planned = await runRestore(wishesFor(file, { settings: { dryRun: true } }));
    await writeFile(file, (await readFile(file, 'latin1')).replace('Title 7', 'Title 8'), 'latin1');
    const hash = planned.outcome.plan?.hash ?? '';
    expect((await runRestore(wishesFor(file, { settings: { confirm: hash } }))).codes).toEqual(['PGB818']);
  });

  it.each<Format>(['sql', 'custom'])(
    'refuses a file (%s) that is changed after it was checked',
    async format => {
      const file = await wrapped(dumps[format], 'cp "$1" "$2"');
      const planned = await runRestore(wishesFor(file, { settings: { dryRun: true } }));
      const seen = await runRestore({
        ...wishesFor(file, { settings: { confirm: planned.outcome.plan?.hash ?? '' } }),
        onStage: title => (title === 'Restore' ? appendFile(file, '-- more\n') : undefined),
      });
      expect(seen.codes, seen.said).toEqual(['PGB733']);
      expect(await server.psql("select count(*) from pg_database where datname = 'new_db'")).toBe('0');
    },
  );
});
