// `pg-backup restore --file` as a process of its own: a password that nobody sees, a plan, the plan carried out.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { runCommandLine } from '../parts/command-line.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { dumpAs, wrapped } from '../parts/foreign-files.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';

const { missing } = await need('postgres-15');
const PASSWORD = 'Old-script-pass-9';

describe.skipIf(missing)('pg-backup restore --file', () => {
  let server: PostgresServer;
  let file: string;
  beforeAll(async () => {
    server = await startPostgres({ major: 15 });
    await seedSmall(server, 'app');
    const seal = `openssl enc -aes-256-cbc -pbkdf2 -pass pass:${PASSWORD} -out "$2"`;
    file = await wrapped(await dumpAs('sql', server, 'app'), `gzip -c "$1" | ${seal}`, 'app.sql.gz.enc');
  });
  afterAll(() => server?.stop());

  const run = (...more: string[]) =>
    runCommandLine({
      args: [
        'restore',
        ...['--file', file, '--database-url', 'env:DATABASE_URL', '--postgres-bin', server.binFolder],
        ...['--mode', 'new-database', '--new-database', 'copy', '--json', ...more],
      ],
      environment: { DATABASE_URL: server.url('app'), OLD: PASSWORD },
    });

  it('plans, says how it is confirmed, and carries that out', async () => {
    const planned = await run('--file-password', 'env:OLD', '--dry-run');
    expect(planned.status, planned.stderr).toBe(0);
    const { hash, plan } = JSON.parse(planned.stdout);
    expect(plan).toMatchObject({
      backup: null,
      file: { format: 'sql', layers: ['openssl', 'gzip'], rows: 1040, level: 'decoded' },
    });
    expect(planned.stderr).toContain('1,000 rows in `public.books`');

    const asked = await run('--file-password', 'env:OLD');
    expect(asked.stderr).toContain(`--file ${file}`);
    expect(asked.stderr).toContain(`--file-password … `);
    expect(asked.stderr).toContain(`--confirm ${hash}`);
    expect(asked.stderr).not.toContain('--backup');

    const passwordFile = join(scratchFolder('password'), 'old');
    await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    const done = await run('--file-password', `@${passwordFile}`, '--confirm', hash);
    expect(done.status, done.stderr).toBe(0);
    expect(await readContent(server, 'copy')).toEqual(await readContent(server, 'app'));
    for (const { stdout, stderr } of [planned, asked, done]) expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it('takes no password from an argument, and says which one is missing', async () => {
    const given = await run('--file-password', PASSWORD);
    expect(given.status).toBe(2);
    expect(given.stderr).not.toContain(PASSWORD);
    const none = await run();
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('PGB724');
  });
});
