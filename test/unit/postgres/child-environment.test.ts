import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connectedEnvironment,
  connectionString,
  unconnectedEnvironment,
} from '../../../src/postgres/child-environment.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'child-environment-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a runner's environment may hold. */
const RUNNER = {
  PATH: '/evil:/usr/bin',
  HOME: '/home/runner',
  LD_PRELOAD: '/evil.so',
  INPUT_PASSWORD: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  GITHUB_TOKEN: 'secret',
  GITHUB_ENV: '/x',
  PGOPTIONS: '-c row_security=on',
  PGPASSWORD: 'secret',
  PGSERVICE: 'other',
  PGCLIENTENCODING: 'LATIN1',
  PGHOST: 'elsewhere',
  PSQLRC: '/evil',
  LC_ALL: 'tr_TR.UTF-8',
  LANGUAGE: 'de',
  SSL_CERT_FILE: '/ca.pem',
  NODE_OPTIONS: '--inspect',
};
const connection = (password?: string) => ({
  environment: { PGHOST: 'db', PGDATABASE: 'app' },
  keywords: {},
  password,
});

describe('the environment of a child', () => {
  it('is a list, whatever the runner has', () => {
    expect(unconnectedEnvironment(RUNNER)).toEqual({
      PATH: '/usr/bin:/bin',
      LC_ALL: 'C',
      HOME: '/home/runner',
      SSL_CERT_FILE: '/ca.pem',
    });
  });

  it('with a connection holds that, a time limit for connecting, and UTC', async () => {
    const made = await connectedEnvironment(connection('p'), folder, RUNNER);
    expect(made).toEqual({
      ...unconnectedEnvironment(RUNNER),
      PGHOST: 'db',
      PGDATABASE: 'app',
      PGCONNECT_TIMEOUT: '15',
      PGAPPNAME: 'pg-backup-action',
      PGTZ: 'UTC',
      PGPASSFILE: join(folder, 'passfile'),
    });
    expect(Object.values(made).join()).not.toContain('secret');
  });

  it('leaves what the connection says about itself, but never the time zone', async () => {
    const environment = { PGCONNECT_TIMEOUT: '3', PGAPPNAME: 'mine', PGTZ: 'Europe/Vienna' };
    expect(await connectedEnvironment({ ...connection(), environment }, folder, {})).toMatchObject({
      PGCONNECT_TIMEOUT: '3',
      PGAPPNAME: 'mine',
      PGTZ: 'UTC',
    });
  });
});

describe('the password', () => {
  it.each([
    ['plain', 'plain'],
    ['a:b', 'a\\:b'],
    ['back\\slash', 'back\\\\slash'],
    ['it\'s #1 "%20" ü€ ', 'it\'s #1 "%20" ü€ '],
  ])('%j stands escaped in a file of this user alone', async (password, escaped) => {
    const { PGPASSFILE, PGPASSWORD } = await connectedEnvironment(connection(password), folder, {});
    expect(PGPASSWORD).toBeUndefined();
    expect(await readFile(PGPASSFILE ?? '', 'utf8')).toBe(`*:*:*:*:${escaped}\n`);
    expect((await stat(PGPASSFILE ?? '')).mode & 0o777).toBe(0o600);
  });

  it.each(['two\nlines', 'carriage\rreturn'])(
    '%j, which no passfile can hold, goes by the environment',
    async password => {
      const made = await connectedEnvironment(connection(password), folder, {});
      expect(made).toMatchObject({ PGPASSWORD: password });
      expect(made).not.toHaveProperty('PGPASSFILE');
    },
  );

  it('that there is none of leaves the passfile of the connection', async () => {
    const made = await connectedEnvironment(
      { ...connection(), environment: { PGPASSFILE: '/mine' } },
      folder,
      {},
    );
    expect(made).toMatchObject({ PGPASSFILE: '/mine' });
  });
});

it('the connection string holds keep-alives and what has no variable, quoted', () => {
  expect(
    connectionString({ ...connection('p'), keywords: { keepalives_idle: '5', krbsrvname: "it's \\" } }),
  ).toBe("keepalives_idle='5' keepalives_interval='10' keepalives_count='6' krbsrvname='it\\'s \\\\'");
});
