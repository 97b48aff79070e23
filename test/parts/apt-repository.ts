// A package repository as PostgreSQL's own: real packages, an index signed by a key made for the test, served on
// loopback; and whatever a bad mirror, or somebody in between, may do to it.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SigningKey } from '../../src/postgres/client/pgdg-key.ts';
import { run } from './run.ts';

export interface Index {
  /** Files of packages. */
  readonly packages: readonly string[];
  readonly date?: Date;
  readonly validUntil?: Date;
  /** Said in the index; it lies where the suite of `codename` should. */
  readonly says?: string;
  readonly signer?: TestKey;
  readonly byHash?: boolean;
}

export interface TestKey extends SigningKey, AsyncDisposable {
  sign(text: string): Promise<Buffer>;
}

/** A throw-away key in a folder of its own. */
export async function makeKey(): Promise<TestKey> {
  const home = await mkdtemp(join(tmpdir(), 'key-'));
  const gpg = (...args: string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
  await gpg(
    '--passphrase',
    '',
    '--quick-generate-key',
    'A repository of the tests',
    'ed25519',
    'sign',
    'never',
  );
  const [, fingerprint = ''] = /^fpr:+([0-9A-F]{40}):/m.exec(await gpg('--with-colons', '--list-keys')) ?? [];
  const keyring = join(home, 'public.gpg');
  await gpg('--output', keyring, '--export', fingerprint);
  return {
    fingerprint,
    keyring: await readFile(keyring),
    async sign(text) {
      const [input, output] = [join(home, 'text'), join(home, 'text.asc')];
      await writeFile(input, text);
      await gpg('--yes', '--digest-algo', 'SHA512', '--output', output, '--clear-sign', input);
      return readFile(output);
    },
    async [Symbol.asyncDispose]() {
      await run('gpgconf', ['--homedir', home, '--kill', 'all']);
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface AptRepository extends AsyncDisposable {
  readonly url: string;
  readonly key: TestKey;
  /** Paths asked for, in order. */
  readonly requests: string[];
  publish(index: Index): Promise<void>;
  /** What is served in place of the bytes of matching paths; undefined answers 404, a URL redirects. */
  tamper(path: RegExp, change: (bytes: Buffer) => Buffer | URL | undefined): void;
  /** Nothing listens any more. */
  stop(): Promise<void>;
}

/** `codename` and `architecture` are Debian's words. */
export async function startAptRepository(codename: string, architecture: string): Promise<AptRepository> {
  const root = await mkdtemp(join(tmpdir(), 'apt-repository-'));
  const key = await makeKey();
  const requests: string[] = [];
  const changes: [RegExp, (bytes: Buffer) => Buffer | URL | undefined][] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname.slice(1));
    requests.push(path);
    const bytes = await readFile(join(root, path)).catch(() => undefined);
    const change = changes.find(([pattern]) => pattern.test(path))?.[1];
    const answer = bytes && change ? change(bytes) : bytes;
    if (answer instanceof URL) response.writeHead(302, { location: answer.href }).end();
    else if (answer) response.end(answer);
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    requests,
    publish: index => publish(root, `${codename}-pgdg`, architecture, { signer: key, ...index }),
    tamper: (path, change) => void changes.unshift([path, change]),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(root, { recursive: true, force: true });
      await key[Symbol.asyncDispose]();
    },
  };
}

async function publish(
  root: string,
  suite: string,
  architecture: string,
  {
    packages,
    signer,
    date = new Date(),
    validUntil,
    says = suite,
    byHash = false,
  }: Index & { signer: TestKey },
): Promise<void> {
  await rm(join(root, 'pool'), { recursive: true, force: true });
  await mkdir(join(root, 'pool'), { recursive: true });
  for (const file of packages) await copyFile(file, join(root, 'pool', basename(file)));
  const list = await run('sh', ['-c', `cd '${root}' && dpkg-scanpackages --multiversion pool 2>/dev/null`]);
  const packed = gzipSync(list);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  const folder = `main/binary-${architecture}`;
  const path = byHash ? `${folder}/by-hash/SHA256/${sha256}` : `${folder}/Packages.gz`;
  const place = join(root, 'dists', suite, path);
  await mkdir(join(place, '..'), { recursive: true });
  await writeFile(place, packed);
  const fields = [
    'Origin: test',
    `Codename: ${says}`,
    `Date: ${date.toUTCString()}`,
    ...(validUntil ? [`Valid-Until: ${validUntil.toUTCString()}`] : []),
    ...(byHash ? ['Acquire-By-Hash: yes'] : []),
    'SHA256:',
    ` ${sha256} ${packed.length} ${folder}/Packages.gz`,
    '',
  ];
  await writeFile(join(root, 'dists', suite, 'InRelease'), await signer.sign(fields.join('\n')));
}
