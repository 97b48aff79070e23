// Fetching a client for real: Debian's own packages from a repository on loopback, through gpgv, SHA-256 and dpkg-deb, to
// a pg_dump that runs; and everything a mirror, a cache or somebody in between may do to it on the way.
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Clients, type ClientsSetting, openClients } from '../../src/postgres/client/clients.ts';
import type { DebianName } from '../../src/postgres/client/machine.ts';
import { readVerified } from '../../src/postgres/client/repository.ts';
import { repositoryAt } from '../../src/postgres/client/supply.ts';
import { unpackClient } from '../../src/postgres/client/unpack.ts';
import { Problem } from '../../src/problems/problem.ts';
import { type AptRepository, makeKey, startAptRepository, type TestKey } from '../parts/apt-repository.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { clientsSetting } from '../parts/clients.ts';
import { type DebianFiles, debianFiles, repack } from '../parts/debian-packages.ts';
import { serverUser } from '../parts/folder.ts';
import { freshMachine, MemoryCache, thisDebian } from '../parts/fresh-machine.ts';
import { OwnedProcess } from '../parts/owned-process.ts';
import { POSTGRES_MAJORS, postgresBin } from '../parts/postgres-binaries.ts';
import { startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';

const { missing } = await need('debian-packages');
const DAY_MS = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
const flip = (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  return changed;
};

describe.skipIf(missing)('A client that is fetched', () => {
  let debian: DebianName;
  let files: DebianFiles;
  let repository: AptRepository;
  let stranger: TestKey;
  let cache: MemoryCache;
  let folder: string;
  let told: string[];

  beforeAll(async () => {
    debian = await thisDebian();
    files = debianFiles();
    stranger = await makeKey();
  });
  afterAll(() => stranger?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    repository = await startAptRepository(debian.codename, debian.architecture);
    await repository.publish({ packages: packages() });
    cache = new MemoryCache();
    folder = scratchFolder('run');
    told = [];
    return () => repository[Symbol.asyncDispose]();
  });

  const packages = () => [files.client, files.libpq, files.readline];
  function clients(wishes: Partial<ClientsSetting> = {}): Clients {
    const { url: mirror, key } = repository;
    const tell = (line: string) => told.push(line);
    return openClients(
      clientsSetting({ machine: freshMachine(), mirror, key, cache, folder, zstd: 'no', tell, ...wishes }),
    );
  }
  const fetchOne = (wishes?: Partial<ClientsSetting>) => clients(wishes).forServer(files.major);
  const refusal = (wishes?: Partial<ClientsSetting>) =>
    fetchOne(wishes).then(
      client => `was taken: ${client.version}`,
      (problem: unknown) => (problem instanceof Problem ? problem.code : String(problem)),
    );
  const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code);

  it('is verified, unpacked and runs, with nothing left but its folder', async () => {
    const client = await fetchOne();
    expect(client).toMatchObject({ source: 'pgdg', major: files.major, warnings: [] });
    for (const program of ['pg_dump', 'pg_restore', 'psql', 'pg_dumpall'])
      expect(await run(join(client.folder, program), ['--version'])).toContain(
        `(PostgreSQL) ${client.version}`,
      );
    expect((await readdir(folder)).filter(name => !name.startsWith(`client-${files.major}-`))).toEqual([]);
    expect(repository.requests).toEqual([
      `dists/${debian.codename}-pgdg/InRelease`,
      `dists/${debian.codename}-pgdg/main/binary-${debian.architecture}/Packages.gz`,
      expect.stringMatching(/^pool\/postgresql-client-/),
      expect.stringMatching(/^pool\/libpq5_/),
    ]);
  });

  it('brings its own libpq, whichever the machine has, and the libraries that are missing', async () => {
    const question = {
      ...debian,
      major: files.major,
      programs: 'client' as const,
      key: repository.key,
      installed: new Set(['libc6', 'libpq5', 'libssl3', 'zlib1g']),
      folder,
      own: {},
      now: Date.now(),
    };
    const verified = await readVerified(repositoryAt(repository.url, undefined), question);
    expect(verified.packages.map(path => path.replace(/_.*/, ''))).toEqual([
      `pool/postgresql-client-${files.major}`,
      'pool/libpq5',
      'pool/libreadline8',
    ]);
    expect(verified.missing).toContain('libzstd1');
    const client = await unpackClient(verified, files.major, folder, debian, freshMachine());
    const [, libraries = ''] =
      /^LD_LIBRARY_PATH='(.*)'$/m.exec(readFileSync(join(client.folder, 'psql'), 'utf8')) ?? [];
    const [, program = ''] = /^exec '(.*)'/m.exec(readFileSync(join(client.folder, 'psql'), 'utf8')) ?? [];
    const linked = await run('ldd', [program], {
      env: { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: libraries },
    });
    expect(linked).toMatch(new RegExp(`libpq\\.so\\.5 => ${folder}/`));
    expect(linked).toMatch(new RegExp(`libreadline\\.so\\.8 => ${folder}/`));
  });

  const major = missing ? undefined : POSTGRES_MAJORS.find(each => each === debianFiles().major);
  it.skipIf(major === undefined)(
    'backs up whole, on a machine that has no psql and nothing like it',
    async () => {
      if (major === undefined) return;
      await using server = await startPostgres({ major });
      await server.psql('create table t as select generate_series(1, 500) as a');
      const place = await folderPlace();
      const seen = await backUp({
        server,
        place,
        inputs: { 'postgres-bin': '' },
        environment: { PATH: '/nonexistent' },
        clients: own => clients({ folder: own, zstd: 'preferred' }),
      });
      expect(seen.codes, seen.said).toEqual([]);
      const manifest = await manifestOf(seen, place);
      expect(manifest).toMatchObject({ totals: { rows: 500 }, client: { source: 'pgdg' } });
      expect(manifest.levels.map(({ level }) => level)).toEqual(['listed', 'decoded', 'counted', 'stored']);
      expect(repository.requests.filter(path => /^pool\/postgresql-client-/.test(path))).toHaveLength(1);
      expect(seen).toMatchObject({ leftProcesses: [], leftFiles: [] });
    },
  );

  it("is fetched by a whole run for PostgreSQL's key alone", async () => {
    await using server = await startPostgres({ major: 16 });
    const wanted =
      POSTGRES_MAJORS.find(each => each >= 16 && !existsSync(`/usr/lib/postgresql/${each}`)) ?? 18;
    const seen = await backUp({
      server,
      place: await folderPlace(),
      inputs: { 'postgres-bin': '', 'postgres-version': String(wanted), 'pgdg-mirror': repository.url },
      environment: { PATH: `${postgresBin(14)}:/usr/bin:/bin` },
    });
    expect(seen.codes).toEqual(['PGB274']);
    expect(seen.said).toContain('B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8');
    expect(seen).toMatchObject({ leftFiles: [], leftProcesses: [], keys: [] });
  });

  it('serves as the first psql where the machine has none: the newest that there is', async () => {
    const client = await clients().any(new AbortController().signal);
    expect(client.major).toBe(files.major);
    expect((await clients({ version: files.major }).any(new AbortController().signal)).major).toBe(
      files.major,
    );
  });

  it('comes with a server that starts, as another user, where one is asked for', async () => {
    await repository.publish({ packages: [...packages(), files.server] });
    // Where that other user gets through.
    chmodSync(folder, 0o711);
    const { folder: bin } = await clients({ given: undefined }).withServer(files.major);
    const data = join(scratchFolder('data'), 'cluster');
    chmodSync(join(data, '..'), 0o777);
    const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
    await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust'], {
      ...serverUser,
      env: environment,
    });
    await using server = new OwnedProcess(
      join(bin, 'postgres'),
      ['-D', data, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${join(data, '..')}`],
      { stopSignal: 'SIGINT' },
    );
    await server.waitForLog(/ready to accept connections/);
    const answer = await run(join(bin, 'psql'), [
      '-XAt',
      '-h',
      join(data, '..'),
      '-U',
      'postgres',
      '-c',
      'select 42',
    ]);
    expect(answer.trim()).toBe('42');
  });

  it('is taken from this machine with its server, where the major fits', async () => {
    const machine = freshMachine({ PATH: postgresBin(16) });
    expect((await clients({ machine }).withServer(16)).folder).toBe(postgresBin(16));
    const given = (await fetchOne()).folder;
    await expect(clients({ given }).withServer(files.major)).rejects.toMatchObject({ code: 'PGB287' });
  });

  it('comes by its digest where the repository says so', async () => {
    await repository.publish({ packages: packages(), byHash: true });
    expect((await fetchOne()).source).toBe('pgdg');
    expect(repository.requests[1]).toMatch(/by-hash\/SHA256\/[0-9a-f]{64}$/);
  });

  describe('from a repository that', () => {
    it.each<[string, RegExp, (bytes: Buffer) => Buffer | URL | undefined, string]>([
      ['serves another package', /postgresql-client.*\.deb$/, flip, 'PGB274'],
      ['serves a longer package', /libpq5.*\.deb$/, bytes => Buffer.concat([bytes, bytes]), 'PGB274'],
      ['serves another list', /Packages\.gz$/, flip, 'PGB274'],
      ['serves an index changed by a byte', /InRelease$/, flip, 'PGB274'],
      [
        'puts its own text before the signed one',
        /InRelease$/,
        bytes => Buffer.concat([Buffer.from('Codename: mine\nSHA256:\n'), bytes]),
        'was taken',
      ],
      ['serves an index without signature', /InRelease$/, bytes => Buffer.from(unsigned(bytes)), 'PGB274'],
      ['has no index', /InRelease$/, () => undefined, 'PGB273'],
      ['has lost a package', /\.deb$/, () => undefined, 'PGB273'],
      ['sends us elsewhere', /\.deb$/, () => new URL('http://127.0.0.1:9/'), 'PGB273'],
    ])('%s', async (_, path, change, expected) => {
      repository.tamper(path, change);
      expect(await refusal()).toContain(expected);
      if (expected !== 'was taken') {
        expect(await readdir(folder)).toEqual([]);
        expect(cache.entries.size).toBe(0);
      }
    });

    it('is signed by a stranger', async () => {
      await repository.publish({ packages: packages(), signer: stranger });
      expect(await refusal()).toBe('PGB274');
    });

    it('is signed by both, one after the other', async () => {
      const forged = await stranger.sign('Codename: mine\n');
      repository.tamper(/InRelease$/, bytes => Buffer.concat([bytes, forged]));
      expect(await refusal()).toBe('PGB274');
    });

    it('serves two texts, both rightly signed', async () => {
      const other = await repository.key.sign('Codename: mine\n');
      repository.tamper(/InRelease$/, bytes => Buffer.concat([bytes, other]));
      expect(await refusal()).toBe('PGB274');
    });

    it('serves the index of another suite', async () => {
      await repository.publish({ packages: packages(), says: `${debian.codename}-pgdg-testing` });
      expect(await refusal()).toBe('PGB274');
    });

    it('has run out', async () => {
      await repository.publish({ packages: packages(), validUntil: ago(1) });
      expect(await refusal()).toBe('PGB275');
    });

    it('has stood still for long: taken, and told', async () => {
      await repository.publish({ packages: packages(), date: ago(120) });
      expect(codes(await fetchOne())).toEqual(['PGB284']);
    });

    it('lacks this major', async () => {
      await repository.publish({ packages: [files.libpq] });
      expect(await refusal()).toBe('PGB276');
    });

    it('is down', async () => {
      await repository.stop();
      expect(await refusal()).toBe('PGB273');
    });

    it('is updated between two requests: asked once more', async () => {
      let first = true;
      repository.tamper(/Packages\.gz$/, bytes => {
        const answer = first ? flip(bytes) : bytes;
        first = false;
        return answer;
      });
      expect((await fetchOne()).warnings).toEqual([]);
    });
  });

  describe('and kept', () => {
    const key = () => [...cache.entries.keys()];

    it('serves the next run without the repository, verified again', async () => {
      await fetchOne();
      expect(key()).toEqual([
        expect.stringMatching(
          new RegExp(
            `^pg-backup-client-linux-${debian.architecture}-${debian.codename}-${files.major}-${files.major}\\.\\d+-\\d{4}-\\d\\d-\\d\\d$`,
          ),
        ),
      ]);
      await repository.stop();
      expect(await fetchOne()).toMatchObject({ source: 'pgdg', warnings: [] });
      expect(told.at(-1)).toContain('verified again');
    });

    it.each<[string, RegExp, (bytes: Buffer) => Buffer | undefined]>([
      ['another package', /postgresql-client.*\.deb$/, flip],
      ['another list', /Packages\.gz$/, flip],
      ['another index', /InRelease$/, flip],
    ])('is refused with %s, and fetched anew', async (_, path, change) => {
      await fetchOne();
      cache.poison(path, change);
      repository.requests.length = 0;
      const client = await fetchOne();
      expect(codes(client)).toEqual(['PGB283']);
      expect(repository.requests.length).toBe(4);
      await repository.stop();
      expect(await refusal()).toBe('PGB273');
    });

    it('is fetched anew without a word where a file is lost', async () => {
      await fetchOne();
      cache.poison(/libpq5.*\.deb$/, () => undefined);
      repository.requests.length = 0;
      expect(codes(await fetchOne())).toEqual([]);
      expect(repository.requests.length).toBe(4);
    });

    it('is refused where a stranger signed it, packages and list fitting', async () => {
      await repository.publish({ packages: packages(), signer: stranger });
      await fetchOne({ key: stranger });
      await repository.publish({ packages: packages() });
      expect(codes(await fetchOne())).toEqual(['PGB283']);
    });

    it('is fetched anew after its index has run out, without a word', async () => {
      await repository.publish({ packages: packages(), validUntil: new Date(Date.now() + DAY_MS) });
      await fetchOne();
      await repository.publish({ packages: packages() });
      repository.requests.length = 0;
      expect((await fetchOne({ now: () => Date.now() + 2 * DAY_MS })).warnings).toEqual([]);
      expect(repository.requests.length).toBe(4);
    });

    it.each([
      ['13 days: taken without a request', 13, [], 0],
      ['15 days: looked for anew', 15, [], 4],
    ])('is of %s', async (_, days, expected, requests) => {
      await fetchOne();
      repository.requests.length = 0;
      expect(codes(await fetchOne({ now: () => Date.now() + days * DAY_MS }))).toEqual(expected);
      expect(repository.requests.length).toBe(requests);
    });

    it.each([
      ['a month, and no repository: used and told', 30, 'PGB285'],
      ['a quarter, and no repository: refused', 91, 'PGB273'],
    ])('is of %s', async (_, days, expected) => {
      await fetchOne();
      await repository.stop();
      const later = { now: () => Date.now() + days * DAY_MS };
      if (expected === 'PGB285') expect(codes(await fetchOne(later))).toEqual([expected]);
      else expect(await refusal(later)).toBe(expected);
    });

    it('with a known hole is replaced by what mends it, though it is fresh', async () => {
      const old = await repack(files.client, `${files.major}.1-1`, scratchFolder('old'));
      await repository.publish({ packages: [old, files.libpq] });
      await fetchOne();
      await repository.publish({ packages: packages() });
      const client = await fetchOne();
      expect(codes(client)).toEqual([]);
      expect(key().map(each => each.includes(`-${files.major}.1-`))).toEqual([true, false]);
      await repository.stop();
      expect((await fetchOne()).version).toBe(client.version);
    });

    it('costs no backup when nothing can be kept', async () => {
      const broken = { load: async () => undefined, save: async () => false };
      expect((await fetchOne({ cache: broken })).warnings).toEqual([]);
      expect(told.at(-1)).toContain('not kept');
    });
  });

  it('falls back to a newer one that is here, and says what that costs', async () => {
    await repository.stop();
    const machine = freshMachine({ PATH: postgresBin(17) });
    const client = await clients({ machine }).forServer(15);
    expect(client.major).toBe(17);
    expect(codes(client)).toEqual(expect.arrayContaining(['PGB286', 'PGB271']));
  });

  it('is not looked for where `postgres-bin` names one', async () => {
    const given = postgresBin(16);
    expect((await clients({ given }).forServer(15)).folder).toBe(given);
    await expect(clients({ given }).forServer(17)).rejects.toMatchObject({ code: 'PGB201' });
    await expect(clients({ given, version: 17 }).forServer(17)).rejects.toMatchObject({ code: 'PGB281' });
    expect(repository.requests).toEqual([]);
  });
});

/** The signed text without its armour. */
function unsigned(bytes: Buffer): string {
  const [, text = ''] = /\n\n([\s\S]*?)-----BEGIN PGP SIGNATURE/.exec(bytes.toString()) ?? [];
  return text;
}
