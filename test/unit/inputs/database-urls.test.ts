// A fleet's addresses in one secret: which line is taken, what is said of a bad list, and that none of it can be seen.
import { describe, expect, it } from 'vitest';
import { readBackupInputs } from '../../../src/inputs/backup-config.ts';
import { listedUrls } from '../../../src/inputs/database-urls.ts';
import { planMasks } from '../../../src/problems/masks.ts';
import { outside } from '../../parts/outside.ts';

const LIST = `shop=postgresql://backup:Sh0p-pass@db-1.example.com/shop?sslmode=verify-full

  blog = postgresql://backup:Bl0g-pass@db-2.example.com/blog\r
keywords=host=db-3.example.com user=backup password='K3y w0rd' dbname=keywords
`;

function read(inputs: Readonly<Record<string, string>>) {
  const given = { destination: 's3://bucket/p', 'database-urls': LIST, ...inputs };
  return readBackupInputs(new Map(Object.entries(given)), outside());
}
const codes = (inputs: Readonly<Record<string, string>>) => read(inputs).problems.map(({ code }) => code);

describe('database-urls', () => {
  it.each([
    ['shop', 'db-1.example.com', 'Sh0p-pass'],
    ['blog', 'db-2.example.com', 'Bl0g-pass'],
    ['keywords', 'db-3.example.com', 'K3y w0rd'],
  ])('gives %s its own line', (name, host, password) => {
    const { config, problems } = read({ name });
    expect(problems).toEqual([]);
    expect(config?.connection).toMatchObject({ environment: { PGHOST: host }, password });
  });

  it.each([
    ['a name that has no line', { name: 'Shop' }, 'PGB693'],
    ['no name', {}, 'PGB692'],
    ['another address as well', { name: 'shop', 'database-url': 'postgresql://h/d' }, 'PGB691'],
    ['single inputs as well', { name: 'shop', host: 'db' }, 'PGB691'],
    [
      'a name with two lines',
      { name: 'a', 'database-urls': 'a=postgresql://h/d\na=postgresql://h/e' },
      'PGB694',
    ],
    [
      'a line without a name',
      { name: 'a', 'database-urls': 'postgresql://u:p@h/d?sslmode=require' },
      'PGB690',
    ],
    ['a line without a URL', { name: 'a', 'database-urls': 'a=' }, 'PGB690'],
  ])('refuses %s', (_, inputs, code) => {
    expect(codes(inputs)).toEqual([code]);
  });

  it('never quotes a line', () => {
    const list = 'shop=postgresql://u:Qu0ted-pass@h/d\nnonsense Qu0ted-pass';
    const text = read({ name: 'shop', 'database-urls': list })
      .problems.map(problem => problem.message)
      .join();
    expect(text).toContain('Line 2');
    expect(text).not.toContain('Qu0ted-pass');
  });

  it('has every password masked, those of other lines and of wrong lines too', () => {
    const list = `${LIST}postgresql://lost:Wr0ng-line@h/d`;
    const secrets = [list, ...listedUrls(list)].map(value => ({ label: 'list', value }));
    const { mask } = planMasks(secrets);
    expect(mask).toEqual(expect.arrayContaining(['Sh0p-pass', 'Bl0g-pass', 'K3y w0rd', 'Wr0ng-line']));
  });
});
