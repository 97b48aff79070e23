// Where clients are looked for, on machines that the test makes up; the programs in them are scripts that answer.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openClients } from '../../../../src/postgres/client/clients.ts';
import { fetchHomebrewClient } from '../../../../src/postgres/client/fetch-homebrew.ts';
import { findClients } from '../../../../src/postgres/client/find-clients.ts';
import { debianName, type Machine } from '../../../../src/postgres/client/machine.ts';
import { PGDG_KEY } from '../../../../src/postgres/client/pgdg-key.ts';
import { scratchFolder } from '../../../parts/backup-places.ts';
import { clientsSetting } from '../../../parts/clients.ts';
import { addProgram } from '../../../parts/fresh-machine.ts';

function machine(platform: NodeJS.Platform = 'linux'): Machine {
  return { platform, arch: 'x64', environment: {}, root: scratchFolder('machine') };
}

function addClient(on: Machine, folder: string, version: string, extension = ''): void {
  for (const program of ['pg_dump', 'pg_restore', 'psql'])
    addProgram(on, join(folder, program + extension), `echo '${program} (PostgreSQL) ${version}'`);
}

const found = async (on: Machine) =>
  (await findClients(on)).map(({ version, source, folder }) => [
    version,
    source,
    folder.replace(on.root, '').replaceAll('\\', '/'),
  ]);

describe('clients are found', () => {
  it("on PATH and in the packages' folders, newest first", async () => {
    const linux = machine();
    addClient(linux, 'usr/lib/postgresql/15/bin', '15.18 (Debian 15.18-0+deb12u1)');
    addClient(linux, 'usr/lib/postgresql/16/bin', '16.9');
    addClient(linux, 'usr/pgsql-17/bin', '17.11');
    addClient(linux, 'own/bin', '16.15');
    addClient(linux, 'cache/PostgreSQL/18.6.0/x64/bin', '18.6');
    const environment = { PATH: `relative:${linux.root}/own/bin`, RUNNER_TOOL_CACHE: `${linux.root}/cache` };
    expect(await found({ ...linux, environment })).toEqual([
      ['18.6', 'tool-cache', '/cache/PostgreSQL/18.6.0/x64/bin'],
      ['17.11', 'system', '/usr/pgsql-17/bin'],
      ['16.15', 'path', '/own/bin'],
      ['16.9', 'system', '/usr/lib/postgresql/16/bin'],
      ['15.18', 'system', '/usr/lib/postgresql/15/bin'],
    ]);
  });

  it("never through Debian's pg_wrapper", async () => {
    const linux = machine();
    addClient(linux, 'usr/share/postgresql-common', '15.18');
    mkdirSync(join(linux.root, 'usr/bin'));
    for (const program of ['pg_dump', 'pg_restore', 'psql'])
      symlinkSync(
        join(linux.root, 'usr/share/postgresql-common', program),
        join(linux.root, 'usr/bin', program),
      );
    expect(await found({ ...linux, environment: { PATH: `${linux.root}/usr/bin` } })).toEqual([]);
  });

  it('passing over broken ones and halves', async () => {
    const linux = machine();
    addClient(linux, 'usr/lib/postgresql/15/bin', '15.19');
    addProgram(linux, 'usr/lib/postgresql/16/bin/pg_dump', 'echo');
    for (const program of ['pg_dump', 'pg_restore', 'psql'])
      addProgram(linux, `usr/lib/postgresql/17/bin/${program}`, 'echo no libpq >&2; exit 127');
    expect(await found(linux)).toEqual([['15.19', 'system', '/usr/lib/postgresql/15/bin']]);
  });

  it('on a Mac, where Homebrew keeps them', async () => {
    const mac = machine('darwin');
    addClient(mac, 'opt/homebrew/opt/postgresql@16/bin', '16.15 (Homebrew)');
    addClient(mac, 'usr/local/opt/libpq/bin', '18.6 (Homebrew)');
    expect((await found(mac)).map(([version, source]) => [version, source])).toEqual([
      ['18.6', 'homebrew'],
      ['16.15', 'homebrew'],
    ]);
  });

  it("on Windows, in the installer's folder", async () => {
    const windows = machine('win32');
    addClient(windows, 'Program Files/PostgreSQL/17/bin', '17.11', '.exe');
    const environment = { PROGRAMFILES: join(windows.root, 'Program Files') };
    expect(await found({ ...windows, environment })).toEqual([
      ['17.11', 'system', '/Program Files/PostgreSQL/17/bin'],
    ]);
  });
});

describe('a client that nobody can fetch', () => {
  const refused = (on: Machine) => openClients(clientsSetting({ machine: on })).forServer(17);

  it.each<[string, string, NodeJS.Platform, string]>([
    ['Fedora', 'ID=fedora\nVERSION_ID=43\n', 'linux', 'postgresql17'],
    ['Windows', '', 'win32', 'postgres-bin'],
  ])('is asked for on %s', async (_, release, platform, hint) => {
    const on = machine(platform);
    mkdirSync(join(on.root, 'etc'));
    writeFileSync(join(on.root, 'etc/os-release'), release);
    await expect(refused(on)).rejects.toMatchObject({ code: 'PGB272', hint: expect.stringContaining(hint) });
  });
});

describe('Homebrew', () => {
  const brew = (on: Machine, script: string) => addProgram(on, 'opt/homebrew/bin/brew', script);

  it('installs the major on a build machine', async () => {
    const mac = { ...machine('darwin'), environment: { CI: 'true' } };
    addClient(mac, 'cellar', '16.15 (Homebrew)');
    const opt = `${mac.root}/opt/homebrew/opt/postgresql@16`;
    brew(
      mac,
      `[ "$*" = 'install --quiet postgresql@16' ] && mkdir -p ${opt} && cp -r ${mac.root}/cellar ${opt}/bin`,
    );
    expect(await fetchHomebrewClient(16, mac)).toMatchObject({ version: '16.15', source: 'homebrew' });
  });

  it("never on somebody's laptop", async () => {
    const mac = machine('darwin');
    brew(mac, 'exit 0');
    await expect(fetchHomebrewClient(16, mac)).rejects.toMatchObject({
      code: 'PGB272',
      hint: 'Run brew install postgresql@16.',
    });
  });

  it('says why it failed', async () => {
    const mac = { ...machine('darwin'), environment: { CI: 'true' } };
    brew(mac, 'echo "Error: No available formula" >&2; exit 1');
    await expect(fetchHomebrewClient(16, mac)).rejects.toMatchObject({
      code: 'PGB279',
      detail: 'Error: No available formula',
    });
  });
});

describe('the name that Debian has for a machine', () => {
  it.each([
    ['ID=debian\nVERSION_CODENAME=bookworm\n', 'x64', 'amd64 bookworm x86_64-linux-gnu'],
    ['ID=ubuntu\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n', 'arm64', 'arm64 noble aarch64-linux-gnu'],
    [
      'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n',
      'x64',
      'amd64 noble x86_64-linux-gnu',
    ],
    ['ID=fedora\nVERSION_CODENAME=""\n', 'x64', ''],
    ['ID=debian\nVERSION_CODENAME=../x\n', 'x64', ''],
    ['ID=debian\nVERSION_CODENAME=bookworm\n', 'mips', ''],
  ])('%j on %s: %s', async (release, arch, expected) => {
    const on = { ...machine(), arch };
    mkdirSync(join(on.root, 'etc'));
    writeFileSync(join(on.root, 'etc/os-release'), release);
    const name = await debianName(on);
    expect(name ? `${name.architecture} ${name.codename} ${name.triplet}` : '').toBe(expected);
  });
});

it('the pinned key is the one whose fingerprint PostgreSQL publishes', async () => {
  // A fingerprint is the SHA-1 of the first packet, its header rewritten (RFC 9580, 5.5.4.1).
  const { createHash } = await import('node:crypto');
  const length = PGDG_KEY.keyring.readUInt16BE(1);
  const body = PGDG_KEY.keyring.subarray(3, 3 + length);
  const packet = Buffer.concat([Buffer.from([0x99, length >> 8, length & 255]), body]);
  expect(createHash('sha1').update(packet).digest('hex').toUpperCase()).toBe(
    'B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8',
  );
  expect(PGDG_KEY.fingerprint).toBe('B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8');
});
