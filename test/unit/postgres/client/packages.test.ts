// What a list of packages is taken to say: newest versions, needs and alternatives, and nothing that climbs out.
import { describe, expect, it } from 'vitest';
import { parsePackages, selectPackages, wantedPackages } from '../../../../src/postgres/client/packages.ts';

function stanza(name: string, version: string, fields: Readonly<Record<string, string>> = {}): string {
  const all = {
    Package: name,
    Version: version,
    Filename: `pool/main/p/${name}_${version.replace(':', '%3a')}_amd64.deb`.replace('%3a', '-'),
    Size: '10',
    SHA256: 'ab'.repeat(32),
    ...fields,
  };
  return Object.entries(all)
    .map(([field, value]) => `${field}: ${value}`)
    .join('\n');
}

const CLIENT_16 = stanza('postgresql-client-16', '16.15-1.pgdg120+1', {
  'Pre-Depends': 'libpre1',
  Depends:
    'postgresql-client-common (>= 182~), libpq5 (>= 16~~), libssl3 (>= 3.0.0) | libssl3t64, libreadline8:any (>= 6), sensible-utils',
});
const LIBPQ = stanza('libpq5', '18.6-1.pgdg120+1', { Depends: 'libldap-2.5-0 (>= 2.5.4), libc6' });

function select(text: string, installed: readonly string[] = [], major = 16) {
  const wanted = wantedPackages('client', major);
  const selection = selectPackages(parsePackages(text), wanted, new Set(installed));
  return selection && { names: selection.packages.map(({ name }) => name), missing: selection.missing };
}

describe('a list of packages', () => {
  it('gives client and libpq5 and names the libraries that are missing', () => {
    expect(select([CLIENT_16, LIBPQ].join('\n\n'))).toEqual({
      names: ['postgresql-client-16', 'libpq5'],
      missing: ['libpre1', 'libssl3 or libssl3t64', 'libreadline8', 'libldap-2.5-0', 'libc6'],
    });
  });

  it('takes libpq5 from the repository though the machine has one; other libraries only where it has none', () => {
    const installed = ['libpq5', 'libssl3t64', 'libpre1', 'libc6', 'libldap-2.5-0'];
    const readline = stanza('libreadline8', '8.2-1', { Depends: 'libtinfo6, readline-common' });
    expect(select([CLIENT_16, LIBPQ, readline].join('\n\n'), installed)).toEqual({
      names: ['postgresql-client-16', 'libpq5', 'libreadline8'],
      missing: ['libtinfo6'],
    });
  });

  it('gives the newest of several versions', () => {
    const versions = ['16.9-1.pgdg120+1', '16.15~rc1-1', '16.15-1.pgdg120+1', '16.14-2'];
    const text = [...versions.map(version => stanza('postgresql-client-16', version)), LIBPQ].join('\n\n');
    expect(parsePackages(text).get('postgresql-client-16')?.version).toBe('16.15-1.pgdg120+1');
  });

  it.each([
    ['a path that climbs', { Filename: 'pool/../../etc/cron.d/x.deb' }],
    ['an absolute path', { Filename: '/etc/x.deb' }],
    ['a path that is no package', { Filename: 'pool/x.sh' }],
    ['no digest', { SHA256: '' }],
    ['a short digest', { SHA256: 'abcd' }],
    ['no size', { Size: '-1' }],
  ])('passes over %s', (_, fields) => {
    expect(select([stanza('postgresql-client-16', '16.15-1', fields), LIBPQ].join('\n\n'))).toBeUndefined();
  });

  it('has no client of another major', () => {
    expect(select([CLIENT_16, LIBPQ].join('\n\n'), [], 17)).toBeUndefined();
    expect(select(CLIENT_16)).toBeUndefined();
  });
});
