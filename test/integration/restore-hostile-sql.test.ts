// Plain SQL that means harm, up to psql itself: where the scanner refuses it nothing runs, and where it would be fooled,
// psql's restricted mode and the transaction that only we commit stand behind it.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { seedSmall } from '../parts/databases.ts';
import { dumpAs } from '../parts/foreign-files.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, runRestore } from '../parts/restore-run.ts';
import { targetOf } from '../parts/restore-target.ts';

const majors = await Promise.all(
  ([14, 18] as const).map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);

for (const { major, missing } of majors) {
  describe.skipIf(missing)(`psql of PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let dump: string;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await seedSmall(server, 'app');
      dump = await readFile(await dumpAs('sql', server, 'app'), 'latin1');
    });
    afterAll(() => server?.stop());

    const trace = () => join(scratchFolder('trace'), 'ran');

    async function inScratch(sql: string): Promise<unknown> {
      const target = targetOf(server, 'app');
      const signal = new AbortController().signal;
      const client = await target.clientFor(major, major, signal);
      const locale = new Map([['ENCODING', 'UTF8']]);
      const scratch = await target.createScratch(
        { name: 'beside', locale, replaces: null, now: Date.now() },
        signal,
      );
      try {
        const psql = scratch.restoreSql(client, pieces(sql));
        for await (const _ of psql.output);
        return await psql.done.then(
          () => 'restored',
          (error: unknown) => error,
        );
      } finally {
        const left = await server.psql(
          "select count(*) from pg_tables where schemaname = 'public'",
          'beside',
        );
        expect(Number(left)).toBeLessThanOrEqual(3);
        await scratch.drop();
        await scratch.close();
      }
    }

    it('runs no command of its own, even one that no scanner has seen', async () => {
      const ran = trace();
      for (const hostile of [
        `\\! touch ${ran}`,
        // Before 14.24 psql runs it even so (CVE-2026-18408, told as PGB270): there the scanner alone stands before it.
        ...(major === 14 ? [] : [`\\unrestrict \`touch ${ran}\``]),
        '\\i /etc/passwd',
        `\\o |touch ${ran}`,
      ]) {
        const error = await inScratch(
          `create table public.before_it ();\n${hostile}\n${dump.replace(/^\\.*restrict.*$/gm, '')}`,
        );
        expect(error).toMatchObject({ code: 'PGB820' });
        expect(existsSync(ran)).toBe(false);
      }
    });

    it('keeps nothing of a dump that breaks off', async () => {
      async function* broken() {
        yield Buffer.from('create table public.half ();\n');
        throw new Error('the disk is gone');
      }
      const target = targetOf(server, 'app');
      const signal = new AbortController().signal;
      const client = await target.clientFor(major, major, signal);
      const scratch = await target.createScratch(
        { name: 'halved', locale: new Map(), replaces: null, now: Date.now() },
        signal,
      );
      await expect(scratch.restoreSql(client, broken()).done).rejects.toThrow('the disk is gone');
      expect(await server.psql("select count(*) from pg_tables where tablename = 'half'", 'halved')).toBe(
        '0',
      );
      await scratch.drop();
      await scratch.close();
    });

    it('a command in a dump is refused with its line, and nothing was run', async () => {
      const ran = trace();
      const file = join(scratchFolder('hostile'), 'app.sql');
      await writeFile(
        file,
        dump.replace('COPY public.loans', `\\! touch ${ran}\nCOPY public.loans`),
        'latin1',
      );
      const seen = await runRestore({ server, database: 'app', settings: { file } });
      expect(seen.codes).toEqual(['PGB731']);
      expect(seen.said).toMatch(/in line \d+: `\\! touch /);
      expect(existsSync(ran)).toBe(false);
    });

    it('code inside of the dump sets psql on no other track than that of the scanner', async () => {
      const ran = trace();
      const off = `CREATE FUNCTION public.trap() RETURNS int LANGUAGE plpgsql AS $$ begin
        perform set_config('standard_conforming_strings', 'off', false); return 1; end $$;
        CREATE TABLE public.traps (a int DEFAULT public.trap(), b text);
        INSERT INTO public.traps DEFAULT VALUES;
        INSERT INTO public.traps VALUES (2, '\\'' \n\\unrestrict \`touch ${ran}\`\n\\! touch ${ran}\n--');\n`;
      const file = join(scratchFolder('hostile'), 'app.sql');
      await writeFile(
        file,
        dump.replace(
          '--\n-- PostgreSQL database dump complete',
          () => `${off}--\n-- PostgreSQL database dump complete`,
        ),
        'latin1',
      );
      const seen = await planAndRestore({
        server,
        database: 'app',
        settings: { file, mode: 'new-database', newDatabase: 'new_db' },
      });
      // What was meant as commands is the text that it says it is.
      expect(seen.codes, seen.said).toEqual([]);
      expect(await server.psql('select count(*) from traps where b ~ $$unrestrict$$', 'new_db')).toBe('1');
      expect(existsSync(ran)).toBe(false);
    });
  });
}

async function* pieces(sql: string): AsyncGenerator<Buffer> {
  yield Buffer.from(sql, 'latin1');
}
