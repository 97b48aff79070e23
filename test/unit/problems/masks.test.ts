import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMasks } from '../../../src/problems/masks.ts';

const plan = (value: string, label = '`database-url`') => planMasks([{ label, value }]);

describe('planMasks', () => {
  it('masks a URL whole, its user part, and its password raw and decoded', () => {
    const url = 'postgresql://backup:s3cr%40t%2Fword@db.example.com:5432/app?sslmode=require';
    expect(plan(url)).toEqual({
      mask: [url, 'backup:s3cr%40t%2Fword', 's3cr%40t%2Fword', 's3cr@t/word'],
      tooCommon: [],
    });
  });

  it.each([
    ['several hosts', 'postgres://u:longpass@h1:5432,h2:5433/db', ['longpass']],
    ['a password with an @ that nobody encoded', 'postgres://u:long@pass@host/db', ['long@pass', 'long']],
    ['a password with a / that nobody encoded', 'postgres://u:long/pass@host/db', ['long/pass']],
    [
      'a password among the parameters',
      'postgres://host/db?user=u&password=long%21pass',
      ['long%21pass', 'long!pass'],
    ],
    ['a key password', 'postgres://host/db?sslpassword=longpass&x=1', ['longpass']],
    ['a percent sign that encodes nothing', 'postgres://u:100%sure@host/db', ['100%sure']],
    ['keywords', 'host=h password=longpass dbname=app', ['longpass']],
    ['keywords with quotes', "host=h password = 'it\\'s long' user=u", ["it\\'s long", "it's long"]],
  ])('finds the password in a connection with %s', (_, text, passwords) => {
    expect(plan(text).mask).toEqual(expect.arrayContaining([text, ...passwords]));
  });

  it('does not mask a user alone, a host or a database', () => {
    expect(plan('postgres://backup_role@db.example.com/orders').mask).toEqual([
      'postgres://backup_role@db.example.com/orders',
    ]);
  });

  it('masks the path of a webhook and its last part', () => {
    const path = '/services/T0000/B0000/abcdefghijkl';
    expect(plan(`https://hooks.slack.com${path}`, '`slack-webhook-url`').mask).toEqual([
      `https://hooks.slack.com${path}`,
      path,
      'abcdefghijkl',
    ]);
  });

  it('masks the long parts of any other address, which are keys, and leaves its words', () => {
    const url = 'https://example.com/hooks/team-0a1b2c3d4e5f6789/send?token=0123456789abcdef&v=1';
    expect(plan(url, '`webhook-url`').mask).toEqual([url, 'team-0a1b2c3d4e5f6789', '0123456789abcdef']);
  });

  it('masks a key with and without its prefix', () => {
    expect(plan('whsec_MDEyMzQ1Njc4', '`webhook-secret`').mask).toEqual([
      'whsec_MDEyMzQ1Njc4',
      'MDEyMzQ1Njc4',
    ]);
  });

  it('masks a value of several lines by its lines, and whole where no line is short', () => {
    expect(plan('first line\nsecond line\n', '`signing-key`').mask).toEqual([
      'first line\nsecond line',
      'second line',
      'first line',
    ]);
    // The runner masks each line of what it is given: a `}` would vanish from the whole log.
    expect(plan('{\n"key": "longvalue"\n}', '`signing-key`').mask).toEqual(['"key": "longvalue"']);
  });

  it.each(['postgres', 'Admin', 'true', 'password', 'main', 'production', 'abc', '1'])(
    'tells of %j instead of masking it',
    password => {
      const { mask, tooCommon } = plan(`postgres://app:${password}@host/db`);
      expect(mask).not.toContain(password);
      expect(tooCommon).toEqual(['the password in `database-url`']);
    },
  );

  it('says nothing of what is not set', () => {
    expect(plan('')).toEqual({ mask: [], tooCommon: [] });
  });

  it('masks every value that is not common, and lists nothing short or twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ label: fc.string(), value: fc.string({ unit: 'binary' }) })),
        secrets => {
          const { mask } = planMasks(secrets);
          expect(new Set(mask).size).toBe(mask.length);
          for (const value of mask) {
            for (const line of value.split(/[\r\n]+/)) expect(line.trim().length).toBeGreaterThanOrEqual(4);
          }
        },
      ),
    );
  });
});
