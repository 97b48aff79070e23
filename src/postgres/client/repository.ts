// Walks the chain of trust of a package repository: the pinned key signs InRelease, that vouches for Packages, that for
// every package. What leaves this file was signed for this suite and is not expired; what was kept walks the same way.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { packageNotInRepository, repositoryExpired, repositoryUntrusted } from '../../problems/client.ts';
import { openSigned } from './gpgv.ts';
import { type Programs, parsePackages, selectPackages, wantedPackages } from './packages.ts';
import type { SigningKey } from './pgdg-key.ts';
import { type Listed, parseRelease, type Release } from './release.ts';
import type { Files, Supply } from './supply.ts';

export interface RepositoryQuestion {
  readonly major: number;
  readonly programs: Programs;
  /** `bookworm` */
  readonly codename: string;
  readonly architecture: string;
  readonly key: SigningKey;
  /** Names of the packages on this machine. */
  readonly installed: ReadonlySet<string>;
  /** This run's own (0700). */
  readonly folder: string;
  readonly own: NodeJS.ProcessEnv;
  readonly now: number;
}

export interface VerifiedClient {
  /** `16.15` */
  readonly version: string;
  /** When the index was made. */
  readonly date: number;
  /** Everything that was read, to be kept: index, list, packages. */
  readonly files: Files;
  /** Paths of the packages in `files`. */
  readonly packages: readonly string[];
  /** Libraries that nobody has. */
  readonly missing: readonly string[];
}

const INDEX_LIMIT = 4 * 1024 ** 2;
const LIST_LIMIT = 256 * 1024 ** 2;
const PACKAGE_LIMIT = 256 * 1024 ** 2;

export async function readVerified(supply: Supply, question: RepositoryQuestion): Promise<VerifiedClient> {
  const files = new Map<string, Buffer>();
  const read = async (path: string, limit: number) => {
    const bytes = await supply.read(path, limit);
    files.set(path, bytes);
    return bytes;
  };
  const readChecked = async (path: string, { bytes, sha256 }: Listed) => {
    const content = await read(path, bytes);
    if (content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
      throw repositoryUntrusted(
        `${path} from ${supply.place}`,
        'it is not what the signed index vouches for',
      );
    return content;
  };

  const suite = `${question.codename}-pgdg`;
  const release = await openIndex(
    await read(`dists/${suite}/InRelease`, INDEX_LIMIT),
    supply,
    question,
    suite,
  );
  const list = await readList(release, suite, question, supply, readChecked);
  const wanted = wantedPackages(question.programs, question.major);
  const selection = selectPackages(parsePackages(list), wanted, question.installed);
  if (!selection) throw packageNotInRepository(wanted.join(', '), suite, supply.place);
  for (const each of selection.packages) {
    if (each.bytes > PACKAGE_LIMIT) throw repositoryUntrusted(each.path, 'it is too large');
    await readChecked(each.path, each);
  }
  return {
    version: selection.packages[0]?.version.replace(/^\d+:/, '').replace(/[-~+].*$/, '') ?? '',
    date: release.date,
    files,
    packages: selection.packages.map(({ path }) => path),
    missing: selection.missing,
  };
}

async function openIndex(
  signed: Buffer,
  supply: Supply,
  question: RepositoryQuestion,
  suite: string,
): Promise<Release> {
  const what = `InRelease of ${suite} from ${supply.place}`;
  const folder = await mkdtemp(join(question.folder, 'signed-'));
  try {
    const release = parseRelease(await openSigned(signed, what, question.key, folder, question.own), what);
    // The same key signs other suites, and the testing one: each is good in its own place only.
    if (release.codename !== suite) throw repositoryUntrusted(what, `it is the index of ${release.codename}`);
    if (release.validUntil !== null && release.validUntil < question.now)
      throw repositoryExpired(supply.place, new Date(release.validUntil).toISOString());
    return release;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readList(
  release: Release,
  suite: string,
  { architecture }: RepositoryQuestion,
  supply: Supply,
  readChecked: (path: string, listed: Listed) => Promise<Buffer>,
): Promise<string> {
  const folder = `main/binary-${architecture}`;
  for (const name of ['Packages.gz', 'Packages']) {
    const listed = release.files.get(`${folder}/${name}`);
    if (!listed || listed.bytes > LIST_LIMIT) continue;
    const place = release.byHash ? `${folder}/by-hash/SHA256/${listed.sha256}` : `${folder}/${name}`;
    const bytes = await readChecked(`dists/${suite}/${place}`, listed);
    const plain = name.endsWith('.gz')
      ? await promisify(gunzip)(bytes, { maxOutputLength: LIST_LIMIT })
      : bytes;
    return plain.toString('utf8');
  }
  throw repositoryUntrusted(
    `InRelease of ${suite} from ${supply.place}`,
    `it names no list for ${architecture}`,
  );
}
