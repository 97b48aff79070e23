// Secrets of every awkward form, in good runs and in failures that make tools and servers speak of them. They are looked
// for before the runner masks anything, in every place where something can be read afterwards or meanwhile.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Bench, type BenchRun, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

const PASSWORDS: readonly (readonly [string, string])[] = [
  ['a newline and quotes', 'first "line" of it\nsecond \'line\' of it'],
  ['per cent signs', '50%off%0A%25-%41bc'],
  ['a command', '::set-output name=leak::value-1'],
  ['a mask command', '::add-mask::zz-value-2'],
  ['an older command', '##[error]value-3]'],
  ['letters of all kinds', 'пароль-日本-🔑-ünï'],
  ['a leading hyphen', '--dbname=value-4 -v'],
  ['backslashes and colons', 'a\\b:c\\:d*:e#f'],
  ['blanks at its ends', '  value 5 with blanks  '],
  ['a form of URL', 'https://x:y@z/w?password=v&q'],
  ['shell and psql syntax', '$(id)`id`\\! id; $HOME | x'],
];

/** As tools give it back: raw, each line, escaped for URLs, JSON and base64. */
function formsOf(secret: string): string[] {
  const lines = secret.split('\n').map(line => line.trim());
  return [
    secret,
    ...lines,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
}

function expectNowhere(run: BenchRun, secrets: readonly string[]): void {
  for (const [where, text] of Object.entries(run.traces)) {
    for (const form of secrets.flatMap(formsOf)) {
      const at = text.indexOf(form);
      expect(at < 0 ? '' : text.slice(Math.max(0, at - 60), at + form.length + 20), where).toBe('');
    }
  }
}

/** All that a PostgreSQL program may find in its environment. */
const ALLOWED =
  /^(PATH|LC_ALL|HOME|TMPDIR|PGHOST|PGPORT|PGUSER|PGDATABASE|PGPASSFILE|PGPASSWORD|PGTZ|PGAPPNAME|PGCONNECT_TIMEOUT|PGSSLMODE)=/;

describe.skipIf(missing)('a secret, in a run of the packed action', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    const roles = PASSWORDS.map(
      ([, password], index) =>
        `create role user${index} superuser login password '${password.replaceAll("'", "''")}';`,
    );
    await bench.server.psql(`set standard_conforming_strings = on; ${roles.join('\n')}`);
  });
  afterAll(() => bench.stop());

  function connection(user: string, password: string) {
    const { host, port } = bench.server;
    return { 'database-url': '', host, port: String(port), user, password, database: 'shop' };
  }

  it.each(PASSWORDS.map(([what, password], index) => ({ what, password, user: `user${index}` })))(
    'with $what opens the database and shows up nowhere',
    async ({ password, user }) => {
      const run = await bench.run({ watchProcesses: true, inputs: connection(user, password) });
      expect([run.exitCode, run.outputs.result], run.log).toEqual([0, 'success']);
      expectNowhere(run, [password]);
      expect(run.leftovers.afterMain).toEqual([]);
      expect(run.processes.length).toBeGreaterThan(1);
    },
  );

  it.each(PASSWORDS.map(([what, password], index) => ({ what, password, user: `user${index}` })))(
    'with $what in a URL opens the database too, unless libpq could not take it',
    async ({ password, user }) => {
      const url = bench.server.url('shop', { user, password });
      const run = await bench.run({ watchProcesses: true, inputs: { 'database-url': url } });
      expect([run.exitCode, run.outputs.result], run.log).toEqual([0, 'success']);
      expectNowhere(run, [password, url]);
    },
  );

  it.each(PASSWORDS.map(([what, password]) => ({ what, password })))(
    'with $what shows up nowhere when the server refuses it and every tool repeats it',
    async ({ password }) => {
      const forms = formsOf(password).map(form => `printf '%s\\n' '${form.replaceAll("'", "'\\''")}' >&2\n`);
      const bin = bench.falseClient('pg_dump', `${forms.join('')}exit 1`);
      const url = bench.server.url('shop', { user: 'user0', password });
      const refused = await bench.run({ watchProcesses: true, inputs: { 'database-url': url } });
      expect(refused.exitCode).toBe(password === PASSWORDS[0]?.[1] ? 0 : 1);
      expectNowhere(refused, [password, url]);
      const user = `user${PASSWORDS.findIndex(([, known]) => known === password)}`;
      const repeated = await bench.run({ inputs: { ...connection(user, password), 'postgres-bin': bin } });
      expect(repeated.exitCode).toBe(1);
      expectNowhere(repeated, [password]);
      expect(repeated.commands).not.toContain('set-output');
    },
  );

  it('shows up nowhere in a debug log', async () => {
    const password = PASSWORDS[2]?.[1] ?? '';
    const url = bench.server.url('shop', { user: 'user2', password });
    const run = await bench.run({
      debug: true,
      environment: { ACTIONS_STEP_DEBUG: 'true', DEBUG: '*' },
      inputs: { 'database-url': url },
    });
    expect(run.exitCode).toBe(0);
    expectNowhere(run, [password]);
    expect(run.traces.log).not.toContain(url);
  });

  it('of any other kind shows up nowhere either', async () => {
    const signingKey = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const recipient = await identityToRecipient(await generateIdentity());
    const run = await bench.run({
      watchProcesses: true,
      inputs: { 'signing-key': signingKey, 'age-recipients': recipient },
    });
    expect(run.exitCode).toBe(0);
    const secrets = [
      recipient,
      signingKey.split('\n')[1] ?? '',
      new URL(bench.slack.url).pathname,
      bench.s3.secretAccessKey,
      bench.server.password,
    ];
    expectNowhere(run, secrets);
  });

  it('of the store shows up nowhere when the store itself repeats it', async () => {
    const token = 'session-token-of-the-test';
    const said = [bench.s3.secretAccessKey, token, encodeURIComponent(token)].join(' and ');
    const echo = bench.s3.faults.add({
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'answer', status: 403, code: 'AccessDenied', message: `You sent ${said}` },
    });
    const run = await bench.run({ environment: { AWS_SESSION_TOKEN: token } });
    echo.release();
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('You sent');
    expectNowhere(run, [bench.s3.secretAccessKey, token]);
  });

  it('that is an everyday word is not masked, and that is told', async () => {
    await bench.server.psql("create role plain superuser login password 'password'");
    const run = await bench.run({ inputs: connection('plain', 'password') });
    expect([run.exitCode, run.masks.includes('password')]).toEqual([0, false]);
    expect(JSON.parse(run.outputs.warnings ?? '')).toEqual([
      expect.stringMatching(/^PGB640 .*the password in `password`|^PGB640 .*`password`/),
    ]);
  });

  it.each([
    [
      'signing-key',
      '-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5IGF0IGFsbCwgYnV0IHNlY3JldA==\n-----END PRIVATE KEY-----',
    ],
    ['age-recipients', 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQSECRET'],
    ['slack-webhook-url', 'hooks.slack.com/services/T00SECRET/B00SECRET/secretsecretsecret'],
    ['slack-webhook-url', 'https://example.com/services/T00SECRET/B00SECRET/secretsecretsecret'],
    ['database-url', 'postgresql://u:half a secret value@[::1/db'],
    ['database-url', 'postgresql://u:secret-value-6@host:99999999/db'],
    ['database-url', 'host=h passwrod=secret-value-7'],
  ])('that is malformed is not quoted: %s', async (name, value) => {
    const run = await bench.run({ inputs: { [name]: value } });
    expect(run.exitCode).toBe(2);
    const parts = value.match(
      /secret[-\w]*\d|bm90IGEga2V5\S*|[TB]00SECRET|secretsecretsecret|half a secret value|QQQQSECRET/g,
    );
    expect(parts).not.toBeNull();
    expectNowhere(run, parts ?? []);
  });

  it('of the runner does not reach a PostgreSQL program', async () => {
    const poison = {
      GITHUB_TOKEN: 'token-of-the-runner',
      ACTIONS_RUNTIME_TOKEN: 'runtime-token-1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token-1',
      LD_PRELOAD: '/nonexistent/preload.so',
      LD_LIBRARY_PATH: '/nonexistent',
      PGOPTIONS: '-c statement_timeout=1',
      PGSERVICE: 'nowhere',
      PGSERVICEFILE: '/nonexistent/services',
      PGSSLMODE: 'verify-full',
      PGHOST: 'nowhere.invalid',
      PSQLRC: '/nonexistent/psqlrc',
      NODE_EXTRA_CA_CERTS: '',
    };
    const seen = mkdtempSync(join(tmpdir(), 'tool-environments-'));
    const programs = ['psql', 'pg_dump', 'pg_dumpall', 'pg_restore'];
    const bin = bench.falseClient(
      programs,
      `cat /proc/$$/environ > '${seen}'/"$(basename "$0").$$"; exec "$REAL" "$@"`,
    );
    const run = await bench.run({ environment: poison, inputs: { 'postgres-bin': bin } });
    expect([run.exitCode, run.outputs.result], run.log).toEqual([0, 'success']);
    const files = readdirSync(seen);
    expect([...new Set(files.map(name => name.replace(/\.\d+$/, '')))].sort()).toEqual(programs.toSorted());
    for (const name of files) {
      const variables = readFileSync(join(seen, name), 'utf8').split('\0').slice(0, -1);
      expect(
        variables.filter(variable => !ALLOWED.test(variable)),
        name,
      ).toEqual([]);
      expect(variables, name).toContain('PATH=/usr/bin:/bin');
    }
    rmSync(seen, { recursive: true });
  });
});
