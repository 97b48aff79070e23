// The dump's own code runs as superuser in the throw-away server. Here it does its worst to get at the run's secrets, and
// every attack is first shown to work where nothing is fenced off.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { chmod, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectedEnvironment, connectionString } from '../../src/postgres/child-environment.ts';
import { processes } from '../../src/postgres/fence.ts';
import type { TestServer } from '../../src/postgres/test-server-port.ts';
import { throwAwayServers } from '../../src/postgres/throw-away-server.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { clientsIn } from '../parts/clients.ts';
import { runsAsRoot, serverUser } from '../parts/folder.ts';
import { postgresBin } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { NO_JOURNAL } from '../parts/restore-test-run.ts';
import { run } from '../parts/run.ts';

const never = new AbortController().signal;
const SECRET = 'the-secret-of-the-run';
const { missing } = await need('postgres-16');
/** Of this file alone, so that what is left in it was left here; everybody may pass through. */
const temporary = scratchFolder('temporary');
const wish = { isolation: 'auto', expectedBytes: 1 } as const;

beforeAll(async () => {
  await chmod(temporary, 0o711);
  process.env.TMPDIR = temporary;
});

function servers(folder = postgresBin(16)) {
  return throwAwayServers(clientsIn(folder), NO_JOURNAL);
}

describe.skipIf(missing)('The throw-away server', () => {
  it('leaves no process and no folder, and can be stopped twice', async () => {
    const before = folders();
    const server = await servers().start(16, wish, never);
    expect(await ask(server, 'select 1')).toBe('1');
    const [folder] = folders().filter(name => !before.includes(name));
    expect(folder).toBeDefined();
    await Promise.all([server.stop(), server.stop()]);
    expect(folders()).toEqual(before);
  });

  it('takes with it what was started inside of it and put into the background', async () => {
    const server = await servers().start(16, wish, never);
    // Another run of these tests on this machine has sleepers of its own.
    const nap = `sleep 3000.${process.pid}`;
    const sleepers = async () => (await run('ps', ['-eo', 'args'])).split('\n').filter(line => line === nap);
    try {
      // It reads what it is sent: the server complains of a pipe that closes early.
      await ask(server, `copy (select 1) to program 'cat >/dev/null; setsid ${nap} >/dev/null 2>&1 &'`);
      await expect.poll(sleepers, { timeout: 20_000 }).toHaveLength(1);
    } finally {
      await server.stop();
    }
    expect(await sleepers()).toEqual([]);
  });

  it('is gone when the run is killed outright', async () => {
    const script = `import { throwAwayServers } from '${import.meta.dirname}/../../src/postgres/throw-away-server.ts';
      import { clientsIn } from '${import.meta.dirname}/../parts/clients.ts';
      const server = await throwAwayServers(clientsIn('${postgresBin(16)}'), { serverMade() {}, serverGone() {} }).start(16, { isolation: 'auto', expectedBytes: 1 }, new AbortController().signal);
      console.log(server.connection.keywords.host); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [host] = (await once(child.stdout, 'data')) as [Buffer];
    const socket = host.toString().trim();
    const alive = async () => (await run('ps', ['-eo', 'args'])).includes(join(socket, '..', 'data'));
    expect(await alive()).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let tries = 0; tries < 100 && (await alive()); tries++)
      await new Promise(resolve => setTimeout(resolve, 50));
    expect(await alive()).toBe(false);
    await run('rm', ['-rf', join(socket, '..')]);
  });

  it('needs the server programs of that very major', async () => {
    const folder = scratchFolder('client-only');
    for (const program of ['pg_dump', 'pg_restore', 'psql'])
      await writeFile(join(folder, program), `#!/bin/sh\nexec ${join(postgresBin(16), program)} "$@"\n`, {
        mode: 0o755,
      });
    await expect(servers(folder).start(16, wish, never)).rejects.toMatchObject({ kind: 'environment' });
    await expect(servers().start(15, wish, never)).rejects.toMatchObject({ kind: 'environment' });
  });

  it('refuses a disk that is too small', async () => {
    await expect(servers().start(16, { ...wish, expectedBytes: 1e18 }, never)).rejects.toMatchObject({
      code: 'PGB855',
    });
  });

  it('clears up what a killed run left a week ago, and nothing younger', async () => {
    const [old, young] = ['pg-backup-throw-away-old', 'pg-backup-throw-away-young'].map(name =>
      join(temporary, name),
    ) as [string, string];
    for (const folder of [old, young]) await mkdir(folder);
    await utimes(old, new Date(), new Date(Date.now() - 7 * 86_400_000));
    const server = await servers().start(16, wish, never);
    await server.stop();
    expect(folders()).toEqual(['pg-backup-throw-away-young']);
    await rm(young, { recursive: true });
  });

  it('ends its start when the run is cancelled', async () => {
    const before = folders();
    await expect(servers().start(16, wish, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
      'cancelled',
    );
    expect(folders()).toEqual(before);
  });
});

describe.skipIf(missing || !runsAsRoot)('From inside, as superuser, nobody gets at', () => {
  let open: PostgresServer;
  let fenced: TestServer;
  let listener: Server;
  let victim: ChildProcess;
  let home: string;
  beforeAll(async () => {
    [open, fenced] = await Promise.all([startPostgres({ major: 16 }), servers().start(16, wish, never)]);
    listener = createServer(socket => socket.end('reached'));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    // A process of the run, in the place where it can be robbed: the same user as an unfenced server.
    victim = spawn('sleep', ['600'], { ...serverUser, env: { DATABASE_PASSWORD: SECRET } });
    home = scratchFolder('home');
    await writeFile(join(home, 'credentials'), SECRET, { mode: 0o600 });
    await run('chown', ['-R', String(serverUser.uid), home]);
    await chmod(home, 0o700);
  });
  afterAll(async () => {
    victim?.kill();
    listener?.close();
    await open?.stop();
    await fenced?.stop();
  });

  /** What the attack brings home: in the open, and from within the fence. */
  async function attack(sql: string): Promise<{ open: string; fenced: string }> {
    const told = (error: unknown) => String(error);
    return { open: await open.psql(sql).catch(told), fenced: await ask(fenced, sql).catch(told) };
  }

  function program(command: string): string {
    const plain = `( ${command} ) 2>&1 | tr -c "[:alnum:]:=/._-" " "`;
    return `create temp table loot (line text); copy loot from program $$${plain}$$; select string_agg(line, ' ') from loot`;
  }

  it('the environment of a process of the run, by pg_read_binary_file', async () => {
    const loot = await attack(
      `select encode(pg_read_binary_file('/proc/${victim.pid}/environ', 0, 10000, true), 'escape')`,
    );
    expect(loot.open).toContain(SECRET);
    expect(loot.fenced).not.toContain(SECRET);
  });

  /** In how many of these files this pattern is found (the first letter in brackets, so that it doesn't find itself); what else they hold is nobody's business, a test's log least of all. */
  const filesWith = (text: string, files: string) => program(`grep -als ${text} ${files} | wc -l`);

  it('the environment or command line of any process, by COPY PROGRAM', async () => {
    const environments = await attack(filesWith(SECRET, '/proc/[0-9]*/environ'));
    expect(Number(environments.open)).toBeGreaterThan(0);
    expect(Number(environments.fenced)).toBe(0);
    const commands = await attack(filesWith('[v]itest', '/proc/[0-9]*/cmdline'));
    expect(Number(commands.open)).toBeGreaterThan(0);
    expect(Number(commands.fenced)).toBe(0);
  });

  it('the environment of this very process and of its parent', async () => {
    for (const pid of [process.pid, process.ppid]) {
      const loot = await attack(program(`wc -c /proc/${pid}/environ`));
      expect(loot.fenced).toMatch(/No such file|Permission denied/);
    }
  });

  it('files of its home', async () => {
    const loot = await attack(`select pg_read_file('${join(home, 'credentials')}')`);
    expect(loot.open).toContain(SECRET);
    expect(loot.fenced).toContain('ermission denied');
  });

  it('the network', async () => {
    const { port } = listener.address() as AddressInfo;
    const loot = await attack(program(`bash -c "cat < /dev/tcp/127.0.0.1/${port}"`));
    expect(loot.open).toContain('reached');
    expect(loot.fenced).not.toContain('reached');
  });

  it('another user: sudo and its like do nothing there, and it has no capabilities', async () => {
    const status = await attack(
      program('grep -E "^(NoNewPrivs|CapEff|CapPrm|Uid|Groups)" /proc/self/status'),
    );
    expect(status.fenced).toMatch(/NoNewPrivs:\s*1/);
    expect(status.fenced).toMatch(/CapEff:\s*0+ /);
    expect(status.fenced).not.toMatch(/Uid:\s*(0|65534)\s/);
  });

  it('the environment in which the server was started', async () => {
    process.env.RESTORE_TEST_PROBE = SECRET;
    const server = await servers().start(16, wish, never);
    try {
      const loot = await ask(server, program('env; cat /proc/1/environ'));
      expect(loot).toContain('LD_LIBRARY_PATH');
      expect(loot).not.toContain(SECRET);
    } finally {
      delete process.env.RESTORE_TEST_PROBE;
      await server.stop();
    }
  });

  it('a user id that somebody else has', async () => {
    const [, uid] = /Uid:\s*(\d+)/.exec(await ask(fenced, program('cat /proc/self/status'))) ?? [];
    const commands = (await processes()).filter(found => found.uid === Number(uid));
    expect(commands.length).toBeGreaterThan(3);
    expect(fenced.isolation).toEqual({ user: 'own', network: 'none', processes: 'hidden' });
  });
});

function folders(): string[] {
  return readdirSync(tmpdir())
    .filter(name => name.startsWith('pg-backup-throw-away-'))
    .sort();
}

async function ask(server: TestServer, sql: string): Promise<string> {
  const folder = scratchFolder('ask');
  const environment = await connectedEnvironment(server.connection, folder, {});
  const args = [
    '-X',
    '-A',
    '-t',
    '-q',
    '-w',
    '-v',
    'ON_ERROR_STOP=1',
    '-d',
    connectionString(server.connection),
  ];
  const printed = await run(join(postgresBin(16), 'psql'), args, { env: environment, input: sql });
  return printed.trim();
}
