import { describe, expect, it } from 'vitest';
import { readConnection } from '../../../src/inputs/connection.ts';
import { InputReader } from '../../../src/inputs/raw-inputs.ts';
import { BACKUP_INPUTS } from '../../../src/inputs/specs/backup.ts';

function read(raw: Record<string, string>, environment: Record<string, string> = {}) {
  const inputs = new InputReader(new Map(Object.entries(raw)), BACKUP_INPUTS);
  const connection = readConnection(inputs, environment);
  return {
    ...connection,
    warnings: inputs.warnings,
    problems: inputs.problems.map(({ code }) => code),
    texts: inputs.problems.map(({ message }) => message),
  };
}

describe('where a connection comes from', () => {
  it('`database-url`, with the password apart', () => {
    expect(read({ 'database-url': 'postgresql://u:p@db:5433/app\n' })).toMatchObject({
      environment: { PGHOST: 'db', PGPORT: '5433', PGUSER: 'u', PGDATABASE: 'app', PGSSLMODE: 'require' },
      keywords: {},
      password: 'p',
      problems: [],
      warnings: [],
    });
  });

  it('the single inputs', () => {
    expect(read({ host: 'db', port: '5433', user: 'u', password: ' p ', database: 'app' })).toMatchObject({
      environment: { PGHOST: 'db', PGPORT: '5433', PGUSER: 'u', PGDATABASE: 'app' },
      password: ' p ',
    });
  });

  it('the environment, as libpq has it', () => {
    const environment = {
      PGHOST: 'db',
      PGDATABASE: 'app',
      PGPASSWORD: 'p',
      PGUSER: '',
      PATH: '/bin',
      PGOPTIONS: '-c x=y',
    };
    expect(read({}, environment)).toMatchObject({
      environment: { PGHOST: 'db', PGDATABASE: 'app', PGSSLMODE: 'require' },
      password: 'p',
    });
    expect(read({}, environment).environment).not.toHaveProperty('PGOPTIONS');
  });

  it('never from two of them', () => {
    expect(read({ 'database-url': 'postgresql://db/app', user: 'u' }).problems).toEqual(['PGB123']);
    expect(read({ host: 'db' }, { PGPASSWORD: 'p', PGUSER: 'u' })).toMatchObject({
      environment: { PGHOST: 'db' },
      password: undefined,
    });
  });

  it('keywords without a variable go into the connection string', () => {
    expect(read({ 'database-url': 'host=db keepalives_idle=5 tcp_user_timeout=9' }).keywords).toEqual({
      keepalives_idle: '5',
      tcp_user_timeout: '9',
    });
  });

  it('with a service, what is explicit goes into the connection string, where it wins', () => {
    expect(read({ 'database-url': 'service=prod dbname=app user=u password=p' })).toMatchObject({
      environment: { PGSERVICE: 'prod' },
      keywords: { dbname: 'app', user: 'u' },
      password: 'p',
    });
  });
});

describe('TLS', () => {
  const mode = (raw: Record<string, string>) => {
    const { environment, warnings } = read(raw);
    return [environment.PGSSLMODE, warnings.map(({ code }) => code)];
  };
  it.each<[Record<string, string>, string | undefined, string[]]>([
    [{ host: 'db' }, 'require', []],
    [{ host: 'a,localhost' }, 'require', []],
    [{ host: 'localhost' }, undefined, []],
    [{ host: '127.0.0.1,::1,/var/run' }, undefined, []],
    [{ host: '127.0.0.1.example.net' }, 'require', []],
    [{ 'database-url': 'hostaddr=10.0.0.1 dbname=app' }, 'require', []],
    [{ 'database-url': 'host=localhost hostaddr=10.0.0.1' }, 'require', []],
    [{ 'database-url': 'host=db hostaddr=127.0.0.1' }, undefined, []],
    [{ host: 'db', 'ssl-root-cert': '/ca.pem' }, 'verify-full', []],
    [{ host: 'localhost', 'ssl-root-cert': 'system' }, 'verify-full', []],
    [{ 'database-url': 'postgresql://db?sslmode=verify-ca', 'ssl-root-cert': '/ca.pem' }, 'verify-ca', []],
    [{ 'database-url': 'postgresql://db?sslmode=disable' }, 'disable', ['PGB126']],
    [{ 'database-url': 'postgresql://db?sslmode=prefer' }, 'prefer', ['PGB126']],
    [{ 'database-url': 'postgresql://localhost?sslmode=disable' }, 'disable', []],
  ])('%j → %s', (raw, wanted, warnings) => {
    expect(mode(raw)).toEqual([wanted, warnings]);
  });
});

describe('what is refused', () => {
  it.each([
    ['postgresql://db:0/app', 'PGB124'],
    ['postgresql://db:65536/app', 'PGB124'],
    ['host=db port=abc', 'PGB124'],
    ['postgresql://u:hunter2@aws-0.pooler.supabase.com:6543/postgres', 'PGB125'],
    ['postgresql://u:hunter2@ep-x-pooler.eu-central-1.aws.neon.tech/app', 'PGB125'],
    ['postgresql://u:hunter2/@db', 'PGB120'],
    ['postgresql://u:hunter2@db/app?options=-c%20x', 'PGB122'],
    ['postgresql://u:hunter2@db/app?schema=public', 'PGB121'],
  ])('%s: %s, without its text', (url, code) => {
    const { problems, texts } = read({ 'database-url': url });
    expect(problems).toEqual([code]);
    expect(texts.join()).not.toContain('hunter2');
  });

  it('the session poolers of the same hosts are fine', () => {
    expect(
      read({ 'database-url': 'postgresql://u@aws-0.pooler.supabase.com:5432/postgres' }).problems,
    ).toEqual([]);
    expect(read({ 'database-url': 'postgresql://u@ep-x.eu-central-1.aws.neon.tech/app' }).problems).toEqual(
      [],
    );
  });
});
