// The packed command line as an ordinary user starts it, which is how a hosted runner does: with a password-less sudo,
// with nothing but namespaces of its own, and with neither.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { processes } from '../../src/postgres/fence.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../parts/ordinary-user.ts';
import { distFolder } from '../parts/packed-action.ts';
import { type ProgramEnd, runProgram } from '../parts/packed-cli.ts';
import { startPostgres } from '../parts/postgres-server.ts';

const { missing } = await need('postgres-16', 'sudo');
const namespaces = await need('user-namespaces');

/** As code in the dump would look around; each says true where it sees nothing of the run. */
const IN_SIGHT = `
select not exists (select from pg_ls_dir('/proc') d where d ~ '^[0-9]+$'
  and position('cli.js'::bytea in pg_read_binary_file('/proc/' || d || '/cmdline', 0, 100000, true)) > 0);
select pg_read_file('/proc/net/dev') !~ '\\n *(eth|en|wl|docker)';`;
const UNPRIVILEGED = "select pg_read_file('/proc/self/status') ~ 'NoNewPrivs:\\s+1\\n';";

describe.skipIf(missing)('A restore test by an ordinary user', () => {
  let user: OrdinaryUser;
  let node: string;
  let cli: string;
  let programs: string;
  let place: Awaited<ReturnType<typeof folderPlace>>;
  beforeAll(async () => {
    user = makeOrdinaryUser();
    await using server = await startPostgres({ major: 16 });
    await seedSmall(server, 'shop');
    mkdirSync(join(user.folder, 'place'));
    place = await folderPlace(join(user.folder, 'place'));
    const backup = await backUp({ server, database: 'shop', place });
    expect(backup.codes, backup.said).toEqual([]);
    mkdirSync(join(user.folder, 'temporary'), { mode: 0o755 });
    user.give(user.folder);
    node = user.lend(process.execPath);
    cli = join(user.lend(distFolder), 'cli.js');
    programs = join(user.lend(dirname(server.binFolder)), 'bin');
  });
  afterAll(() => user?.remove());

  const own = (name: string) => join(user.folder, name);
  const left = () => readdirSync(own('temporary')).filter(name => name.startsWith('pg-backup-throw-away-'));

  function commandLine(assertions: string, flags: readonly string[] = []): string[] {
    const folder = scratchFolder('assertions');
    chmodSync(folder, 0o755);
    const file = join(folder, 'assertions.sql');
    writeFileSync(file, assertions);
    return [
      `PATH=${dirname(node)}:/usr/bin:/bin`,
      `HOME=${user.folder}`,
      `TMPDIR=${own('temporary')}`,
      node,
      cli,
      'restore-test',
      `--destination=${place.inputs.destination}`,
      `--postgres-bin=${programs}`,
      `--assertions=${file}`,
      '--json',
      ...flags,
    ];
  }

  async function test(assertions: string, flags: readonly string[] = [], without: readonly string[] = []) {
    const [file = '', ...args] = user.command(commandLine(assertions, flags), without);
    const end: ProgramEnd = await runProgram(file, args);
    const json = JSON.parse(end.stdout || '{}');
    const codes = (json.problems ?? []).map(({ code }: { code: string }) => code);
    const warnings = (json.warnings ?? []).map(({ code }: { code: string }) => code);
    return { ...end, json, codes, warnings };
  }

  it('with sudo runs the server as a third user, out of sight of everything', async () => {
    user.allowSudo(true);
    const another = `select pg_read_file('/proc/self/status') !~ 'Uid:\\s+(0|${user.uid}|65534)\\s';`;
    const seen = await test(IN_SIGHT + UNPRIVILEGED + another);
    expect(seen.codes, seen.stderr).toEqual([]);
    expect(seen.warnings).not.toContain('PGB874');
    expect(seen).toMatchObject({
      exitCode: 0,
      json: {
        verdict: 'passed',
        server: { isolation: 'a user of its own, no network, no other processes in sight' },
        compared: { assertions: 4 },
      },
    });
    expect(left()).toEqual([]);
  });

  it('with sudo takes the server along when it is killed outright', async () => {
    user.allowSudo(true);
    const [file = '', ...args] = user.command(commandLine('select pg_sleep(600) is not null;'));
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text));
    const temporary = own('temporary');
    try {
      await vi.waitFor(() => expect(said).toContain('Ask the assertions'), { timeout: 60_000, interval: 50 });
      expect(await alive(temporary, cli)).toMatchObject({
        server: expect.arrayContaining([expect.anything()]),
      });
      user.kill((await alive(temporary, cli)).run);
      await vi.waitFor(async () => expect(await alive(temporary, cli)).toEqual({ server: [], run: [] }), {
        timeout: 20_000,
        interval: 100,
      });
      await ended;
    } finally {
      const { server, run } = await alive(temporary, cli);
      user.kill([...run, ...server]);
    }
  });

  it.skipIf(namespaces.missing)(
    'without sudo hides the run in namespaces of its own, and says that the user is the same',
    async () => {
      user.allowSudo(false);
      const seen = await test(IN_SIGHT + UNPRIVILEGED);
      expect(seen.codes, seen.stderr).toEqual([]);
      expect(seen.warnings).toContain('PGB874');
      expect(seen).toMatchObject({
        exitCode: 0,
        json: {
          verdict: 'passed',
          server: { isolation: "the run's own user, no network, no other processes in sight" },
        },
      });
    },
  );

  it('with neither is refused, unless it is told that this is wanted', async () => {
    user.allowSudo(false);
    const refused = await test('select true;', [], ['unshare']);
    expect([refused.exitCode, refused.codes]).toEqual([1, ['PGB853']]);
    expect(refused.json.verdict).toBe(null);
    const wanted = await test('select true;', ['--isolation=none'], ['unshare']);
    expect(wanted.codes, wanted.stderr).toEqual([]);
    expect(wanted.json).toMatchObject({
      verdict: 'passed',
      server: { isolation: "the run's own user, the network open, other processes in sight" },
    });
    const sighted = await test(IN_SIGHT, ['--isolation=none'], ['unshare']);
    expect(sighted.codes, sighted.stderr).toEqual(['PGB868']);
  });
});

/** Processes whose command line names a server's folder in `temporary`, and those of the run itself. */
async function alive(temporary: string, cli: string): Promise<{ server: number[]; run: number[] }> {
  const found = { server: [] as number[], run: [] as number[] };
  for (const { pid } of await processes()) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words.some(word => word.startsWith(join(temporary, 'pg-backup-throw-away-')))) found.server.push(pid);
    if (words[1] === cli) found.run.push(pid);
  }
  return found;
}
