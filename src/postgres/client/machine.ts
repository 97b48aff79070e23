// The machine that clients are looked for on and fetched for, as data, so that a test can stand one up in a folder.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Machine {
  readonly platform: NodeJS.Platform;
  /** As Node names it: `x64`, `arm64`. */
  readonly arch: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where its file system begins: `/`. */
  readonly root: string;
}

/** What a Debian package repository calls this machine. */
export interface DebianName {
  /** `amd64` */
  readonly architecture: string;
  /** `bookworm` */
  readonly codename: string;
  /** Folder of shared libraries: `x86_64-linux-gnu`. */
  readonly triplet: string;
}

const ARCHITECTURES: Readonly<Record<string, readonly [string, string]>> = {
  x64: ['amd64', 'x86_64-linux-gnu'],
  arm64: ['arm64', 'aarch64-linux-gnu'],
  ppc64: ['ppc64el', 'powerpc64le-linux-gnu'],
};

/** undefined where the machine is no Debian, Ubuntu or derivative of theirs that PostgreSQL builds packages for. */
export async function debianName(machine: Machine): Promise<DebianName | undefined> {
  if (machine.platform !== 'linux') return undefined;
  const text = await readFile(join(machine.root, 'etc/os-release'), 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const family = `${field('ID')} ${field('ID_LIKE')}`.split(' ');
  // A derivative of Ubuntu names its own release beside Ubuntu's.
  const codename = field('UBUNTU_CODENAME') || field('VERSION_CODENAME');
  const [architecture, triplet] = ARCHITECTURES[machine.arch] ?? [];
  const known = family.includes('debian') || family.includes('ubuntu');
  if (!known || !/^[a-z]+$/.test(codename) || !architecture || !triplet) return undefined;
  return { architecture, codename, triplet };
}
