// The list of packages in a repository (Packages): which files make up a client, with what it needs and this machine
// lacks. Pure.
import { compareDebianVersions } from './debian-version.ts';
import type { Listed } from './release.ts';

export interface DebianPackage extends Listed {
  readonly name: string;
  /** `16.15-1.pgdg120+1` */
  readonly version: string;
  /** Path below the repository's address. */
  readonly path: string;
  /** Each needed thing as the names of packages of which any serves. */
  readonly needs: readonly (readonly string[])[];
}

/** By name, the newest version of each; stanzas that lack a field, or whose path climbs, are none. */
export type PackageList = ReadonlyMap<string, DebianPackage>;

export interface Selection {
  readonly packages: readonly DebianPackage[];
  /** Libraries that are neither on the machine nor in the repository; the client may run without. */
  readonly missing: readonly string[];
}

export function parsePackages(text: string): PackageList {
  const list = new Map<string, DebianPackage>();
  for (const stanza of text.split(/\n\s*\n/)) {
    const found = parseStanza(stanza);
    const known = found && list.get(found.name);
    if (found && (!known || compareDebianVersions(found.version, known.version) > 0))
      list.set(found.name, found);
  }
  return list;
}

/** The client programs alone, or with initdb and postgres as well. */
export type Programs = 'client' | 'server';

/** What must be in the repository; libpq5 always, since the machine's own may be older. */
export function wantedPackages(programs: Programs, major: number): string[] {
  const client = [`postgresql-client-${major}`, 'libpq5'];
  return programs === 'server' ? [...client, `postgresql-${major}`] : client;
}

/** The wanted ones, and of the libraries they need those that the machine lacks. undefined where one is not there. */
export function selectPackages(
  list: PackageList,
  wanted: readonly string[],
  installed: ReadonlySet<string>,
): Selection | undefined {
  const found = wanted.map(name => list.get(name)).filter(each => each !== undefined);
  if (found.length < wanted.length) return undefined;
  const chosen = new Map(found.map(each => [each.name, each]));
  const missing = new Set<string>();
  // A Map yields what is added while it is walked.
  for (const { needs } of chosen.values()) {
    for (const names of needs) {
      // The rest of what a client depends on are scripts that choose a version, and documentation.
      const libraries = names.filter(name => name.startsWith('lib'));
      if (libraries.length === 0 || names.some(name => installed.has(name) || chosen.has(name))) continue;
      const there = libraries.map(name => list.get(name)).find(each => each !== undefined);
      if (there) chosen.set(there.name, there);
      else missing.add(libraries.join(' or '));
    }
  }
  return { packages: [...chosen.values()], missing: [...missing] };
}

function parseStanza(stanza: string): DebianPackage | undefined {
  const field = (name: string) => new RegExp(`^${name}: *(.+)$`, 'm').exec(stanza)?.[1]?.trim() ?? '';
  const [name, version, path] = [field('Package'), field('Version'), field('Filename')];
  const [sha256, bytes] = [field('SHA256'), field('Size')];
  const sound = /^[a-z0-9][a-z0-9.+-]+$/.test(name) && /^[0-9a-f]{64}$/.test(sha256) && /^\d+$/.test(bytes);
  if (!sound || version === '' || !isPlainPath(path)) return undefined;
  const needs = [field('Pre-Depends'), field('Depends')].flatMap(parseNeeds);
  return { name, version, path, sha256, bytes: Number(bytes), needs };
}

/** `libpq5 (>= 16), default-logind | logind` */
function parseNeeds(text: string): string[][] {
  return text
    .split(',')
    .map(need => need.split('|').map(name => name.trim().replace(/[ :(].*$/s, '')))
    .filter(names => names[0] !== '');
}

function isPlainPath(path: string): boolean {
  return (
    /^[A-Za-z0-9._+~:/-]+\.deb$/.test(path) && path.split('/').every(part => part !== '' && part !== '..')
  );
}
