import { describe, expect, it } from 'vitest';
import { localeWords } from '../../../src/postgres/database-locale.ts';

const words = (options: Record<string, string>, major: number) =>
  localeWords(new Map(Object.entries(options)), major);

describe('the locale of a new database', () => {
  it('is what the archive says, whatever the provider', () => {
    const icu = {
      ENCODING: 'UTF8',
      LOCALE_PROVIDER: 'icu',
      LOCALE: 'C',
      ICU_LOCALE: 'de-u-co-phonebk',
      ICU_RULES: "&V << w'",
    };
    expect(words(icu, 18)).toEqual([
      "ENCODING = 'UTF8'",
      "LOCALE_PROVIDER = 'icu'",
      "LOCALE = 'C'",
      "ICU_LOCALE = 'de-u-co-phonebk'",
      "ICU_RULES = '&V << w'''",
    ]);
    expect(words({ LOCALE_PROVIDER: 'builtin', BUILTIN_LOCALE: 'C.UTF-8' }, 17)).toEqual([
      "LOCALE_PROVIDER = 'builtin'",
      "BUILTIN_LOCALE = 'C.UTF-8'",
    ]);
  });

  it('of an archive that names no provider is libc, where the target could have another', () => {
    expect(words({ LC_COLLATE: 'C' }, 14)).toEqual(["LC_COLLATE = 'C'"]);
    expect(words({ LC_COLLATE: 'C' }, 15)).toEqual(["LC_COLLATE = 'C'", "LOCALE_PROVIDER = 'libc'"]);
  });

  it('leaves out what another server would not understand', () => {
    expect(words({ COLLATION_VERSION: '2.36', OID: '5' }, 14)).toEqual([]);
  });
});
