// dist/cli.js from a shell: the answer on standard output and nothing else there, exit statuses as documented, no secret
// among the arguments.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { need } from '../parts/availability.ts';
import { seedSmall } from '../parts/databases.ts';
import { checkout } from '../parts/folder.ts';
import { distFolder } from '../parts/packed-action.ts';
import { type ProgramOptions, runProgram } from '../parts/packed-cli.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { TcpProxy } from '../parts/tcp-proxy.ts';

const cli = (args: readonly string[], options?: ProgramOptions) =>
  runProgram(process.execPath, [join(distFolder, 'cli.js'), ...args], options);

describe('the packed command line, asked for help', () => {
  const page = readFileSync(join(checkout, 'docs/command-line.md'), 'utf8');
  const printed = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(match => match[1]);
  /** In the order of the page, as the texts are; the overview has no heading of its own. */
  const commands = [...page.matchAll(/^## (\S+)$/gm)].map((match, at) => [match[1] ?? '', at + 1] as const);

  it.each([[], ['--help'], ['-h'], ['help']])('gives the overview of the docs: %s', async (...args) => {
    expect(await cli(args)).toEqual({ exitCode: 0, stdout: printed[0], stderr: '' });
  });

  it.each(commands)('explains %s as the docs do, whatever else is given', async (command, at) => {
    expect(await cli([command, '--help'])).toEqual({ exitCode: 0, stdout: printed[at], stderr: '' });
    expect(await cli([command, '--no-such-flag', '-h'])).toMatchObject({ exitCode: 0, stdout: printed[at] });
  });

  it('tells its version, which is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    expect(await cli(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    ['an unknown command', ['bakcup'], 'PGB152'],
    ['an unknown flag', ['list', '--destinatoin', 'file:///tmp'], 'PGB100'],
    ['a flag without its value', ['list', '--destination'], 'PGB153'],
    ['a flag given twice', ['list', '--name', 'a', '--name', 'b'], 'PGB153'],
    ['a stray word', ['list', 'everything'], 'PGB153'],
    ['no destination', ['list'], 'PGB110'],
    ['a password as an argument', ['backup', '--password', 'hunter2-hunter2'], 'PGB150'],
    ['a URL with a password', ['backup', '--database-url', 'postgres://u:hunter2-hunter2@h/d'], 'PGB150'],
    ['a keyword string with one', ['backup', '--database-url', 'host=h password=hunter2-hunter2'], 'PGB150'],
    [
      'a webhook as an argument',
      ['backup', '--slack-webhook-url', 'https://hooks.slack.com/services/hunter2-hunter2'],
      'PGB150',
    ],
    ['a variable that is not set', ['backup', '--password', 'env:NO_SUCH_VARIABLE'], 'PGB151'],
    ['a file that is not there', ['backup', '--password', '@/nonexistent/file'], 'PGB151'],
  ])('answers %s with 2 and a code, on standard error alone', async (_, args, code) => {
    const end = await cli(args);
    expect([end.exitCode, end.stdout]).toEqual([2, '']);
    expect(end.stderr).toContain(code);
    expect(end.stderr).not.toContain('hunter2');
  });
});

const { missing } = await need('postgres-16');

describe.skipIf(missing)('the packed command line, on a server and a folder', () => {
  let server: PostgresServer;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'cli-test-'));
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'shop');
    await server.createDatabase('large');
    await server.psql(
      `create table noise (bytes bytea); alter table noise alter bytes set storage external;
      insert into noise select string_agg(sha256((i * 1000 + j)::text::bytea), '')
      from generate_series(1, 2000) i, generate_series(1, 1000) j group by i;`,
      'large',
    );
  });
  afterAll(async () => {
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  });

  /** `place` is a folder in `work`; it is made, since the tool makes none. */
  function backup(place: string, ...more: string[]): string[] {
    const folder = join(work, place);
    mkdirSync(folder, { recursive: true });
    const connection = ['--database-url', 'env:DATABASE_URL', '--postgres-bin', server.binFolder];
    return ['backup', '--destination', `file://${folder}`, ...connection, ...more];
  }
  const environment = (database = 'shop') => ({ DATABASE_URL: server.url(database), TMPDIR: work });

  it('backs up: the log on standard error, nothing on standard output', async () => {
    const end = await cli(backup('quiet'), { environment: environment() });
    expect([end.exitCode, end.stdout], end.stderr).toEqual([0, '']);
    expect(end.stderr).toMatch(/^Connect\n/);
    expect(end.stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^Backed up `shop` to .*1,040 rows in 3 tables\.$/,
    );
    expect(end.stderr).not.toContain(server.password);
    expect(end.stderr).not.toMatch(/\u001b|::|##\[/);
  });

  it('gives the outcome as JSON alone on standard output', async () => {
    const end = await cli(backup('json', '--json', '--tier', 'manual'), { environment: environment() });
    expect(end.exitCode).toBe(0);
    expect(JSON.parse(end.stdout)).toMatchObject({
      command: 'backup',
      result: 'success',
      name: 'shop',
      tier: 'manual',
      backup: { rows: 1040, tables: 3, level: 'stored' },
      problems: [],
    });
    expect(end.stderr).toContain('Backed up `shop`');
  });

  it('gives a failure as JSON too, with 1', async () => {
    const environment = { DATABASE_URL: server.url('shop', { user: 'postgres', password: 'wrong-one-1' }) };
    const end = await cli(backup('failed', '--json'), { environment });
    expect(end.exitCode).toBe(1);
    expect(JSON.parse(end.stdout)).toMatchObject({ result: 'failed', problems: [{ code: 'PGB210' }] });
    expect(`${end.stdout}${end.stderr}`).not.toContain('wrong-one-1');
  });

  it('takes the connection from the PG* variables, and a secret from a file', async () => {
    const file = join(work, 'url');
    writeFileSync(file, `${server.url('shop')}\n`);
    const byFile = backup('variables').map(arg => (arg === 'env:DATABASE_URL' ? `@${file}` : arg));
    expect((await cli(byFile)).exitCode).toBe(0);
    const { host, port, user, password } = server;
    const variables = {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: 'shop',
    };
    const args = backup('variables').filter(arg => !/database-url|DATABASE_URL/.test(arg));
    const end = await cli(args, { environment: variables });
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stderr).not.toContain(password);
  });

  it('lists what lies there, newest first, as a table and as JSON', async () => {
    for (const tier of ['manual', 'safety']) {
      expect((await cli(backup('listed', '--tier', tier), { environment: environment() })).exitCode).toBe(0);
    }
    const args = ['list', '--destination', `file://${join(work, 'listed')}`];
    const table = await cli(args);
    expect([table.exitCode, table.stderr]).toEqual([0, '']);
    const lines = table.stdout.split('\n');
    expect(lines[0]).toBe('`shop`:');
    expect(lines[2]).toMatch(/^ID +TAKEN +AGE +TIER +SIZE +ROWS +LEVEL +TESTED +STATE$/);
    expect(lines.slice(3, 5)).toEqual([
      expect.stringMatching(/^[a-z0-9]{8} .* safety .* 1,040 +stored +no +good$/),
      expect.stringMatching(/^[a-z0-9]{8} .* manual .* 1,040 +stored +no +good$/),
    ]);
    expect(table.stdout).toMatch(/2 backups, [\d.]+ KiB\n$/);

    const json = await cli([...args, '--json']);
    expect([json.exitCode, json.stderr]).toEqual([0, '']);
    const { place, names } = JSON.parse(json.stdout);
    expect(place).toBe(`file://${join(work, 'listed')}`);
    expect(names).toMatchObject([{ name: 'shop', backups: [{ tier: 'safety' }, { tier: 'manual' }] }]);
  });

  it('lists an empty place and a missing name without a fault', async () => {
    const place = `file://${work}`;
    expect(await cli(['list', '--destination', place, '--name', 'nobody'])).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    const json = await cli(['list', '--destination', `file://${work}`, '--json']);
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ names: expect.any(Array) });
  });

  /** The large database behind a slow line, and the moment when its dump is well under way. */
  async function slowly() {
    const proxy = await TcpProxy.start(server);
    proxy.limit(4_000_000);
    const DATABASE_URL = server.url('large').replace(`:${server.port}/`, `:${proxy.port}/`);
    const underWay = vi.waitFor(() => expect(proxy.passed('to-client')).toBeGreaterThan(3_000_000), {
      timeout: 30_000,
    });
    return { proxy, underWay, environment: { DATABASE_URL, TMPDIR: work } };
  }

  it('ends with 130 on SIGINT, with nothing stored and no file left', async () => {
    const { proxy, underWay, environment } = await slowly();
    const end = await cli(backup('interrupted', '--json', '--compression', 'none'), {
      environment,
      interruptAfter: underWay,
    });
    await proxy.stop();
    expect(end.exitCode, end.stderr).toBe(130);
    expect(JSON.parse(end.stdout)).toMatchObject({ result: 'cancelled', backup: null });
    expect(files(join(work, 'interrupted'))).toEqual([]);
    expect(readdirSync(work).filter(name => name.startsWith('pg-backup-run-'))).toEqual([]);
  });

  describe.skipIf(!existsSync('/usr/bin/script'))('at a terminal', () => {
    const onTerminal = (args: readonly string[], options: ProgramOptions) => {
      const quoted = [process.execPath, join(distFolder, 'cli.js'), ...args].map(
        arg => `'${arg.replaceAll("'", "'\\''")}'`,
      );
      const command = `stty cols 100; exec ${quoted.join(' ')}`;
      return runProgram('/usr/bin/script', ['-qec', command, '/dev/null'], options);
    };

    it('draws one live line, which gives way to the lines that stay', async () => {
      const end = await onTerminal(backup('terminal', '--compression', 'none'), {
        environment: environment('large'),
      });
      expect(end.exitCode, end.stdout).toBe(0);
      expect(end.stdout).toMatch(/\r\u001b\[2K {2}Dumping [^\r\n]*MiB/);
      for (const line of screen(end.stdout)) expect(line).not.toMatch(/Dumping/);
    });

    it('takes the live line away before it tells of a failure', async () => {
      const { proxy, underWay, environment } = await slowly();
      const failing = underWay.then(() => {
        proxy.refuse();
        proxy.cut();
      });
      const [end] = await Promise.all([
        onTerminal(backup('terminal-2', '--compression', 'none'), { environment }),
        failing,
      ]);
      await proxy.stop();
      expect(end.exitCode, end.stdout).toBe(1);
      expect(end.stdout).toContain('Dumping');
      for (const line of screen(end.stdout)) expect(line).not.toMatch(/Dumping/);
    });

    it('ends with 130 on Ctrl-C, which reaches the tools as well', async () => {
      const { proxy, underWay, environment } = await slowly();
      const end = await onTerminal(backup('terminal-3', '--compression', 'none'), {
        environment,
        type: { text: '\u0003', after: underWay },
      });
      await proxy.stop();
      expect(end.exitCode, end.stdout).toBe(130);
      expect(end.stdout).toContain('was cancelled');
      for (const line of screen(end.stdout)) expect(line).not.toMatch(/Dumping.*cancelled/);
      expect(files(join(work, 'terminal-3'))).toEqual([]);
    });
  });
});

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => entry.name);
}

/** What a terminal shows in the end: a line that is cleared and drawn over counts as last drawn. */
function screen(printed: string): string[] {
  return printed.split(/\r?\n/).map(line => line.split('\r\u001b[2K').at(-1) ?? '');
}
