// Security holes of PostgreSQL's client programs and the minor versions that mended them. Only what touches a client
// that talks to a server: pg_dump, pg_restore, psql, libpq.

/** major → the minor in which it is mended. A major that is not named was out of support by then, or never had it. */
interface Hole {
  readonly cve: string;
  readonly fixedIn: Readonly<Record<number, number>>;
}

const HOLES: readonly Hole[] = [
  // A concurrent user replaces an object while pg_dump reads it.
  { cve: 'CVE-2024-7348', fixedIn: { 16: 4, 15: 8, 14: 13, 13: 16, 12: 20 } },
  // A hostile server puts psql commands, and newlines in names, into a plain dump.
  { cve: 'CVE-2025-8714', fixedIn: { 17: 6, 16: 10, 15: 14, 14: 19, 13: 22 } },
  { cve: 'CVE-2025-8715', fixedIn: { 17: 6, 16: 10, 15: 14, 14: 19, 13: 22 } },
  // libpq computes too small a buffer for a very large input.
  { cve: 'CVE-2025-12818', fixedIn: { 18: 1, 17: 7, 16: 11, 15: 15, 14: 20, 13: 23 } },
  // A hostile server overwrites the stack of pg_dump and psql while they read large objects.
  { cve: 'CVE-2026-6477', fixedIn: { 18: 4, 17: 10, 16: 14, 15: 18, 14: 23 } },
  // EXTRACT in a hostile object becomes SQL of the restorer's; the mend of CVE-2025-8714 had a hole of its own.
  { cve: 'CVE-2026-15741', fixedIn: { 18: 6, 17: 11, 16: 15, 15: 19, 14: 24 } },
  { cve: 'CVE-2026-18408', fixedIn: { 18: 6, 17: 11, 16: 15, 15: 19, 14: 24 } },
];

/** The CVEs that this client has, and the version of its major that has none of them; undefined where it is clean. */
export function knownHoles(
  version: string,
): { readonly cves: string[]; readonly fixedIn: string } | undefined {
  const [major, minor] = numbers(version);
  const open = HOLES.filter(({ fixedIn }) => {
    const oldest = Math.min(...Object.keys(fixedIn).map(Number));
    const mended = fixedIn[major];
    return mended === undefined ? major < oldest : minor < mended;
  });
  if (open.length === 0) return undefined;
  const minors = open.map(({ fixedIn }) => fixedIn[major]);
  const fixedIn = minors.includes(undefined)
    ? 'a client of a major that is still supported'
    : `${major}.${Math.max(...minors.filter(mended => mended !== undefined))}`;
  return { cves: open.map(({ cve }) => cve), fixedIn };
}

/** For sorting: the highest major, in it the highest minor. */
export function newestFirst(a: { readonly version: string }, b: { readonly version: string }): number {
  const [majorA, minorA] = numbers(a.version);
  const [majorB, minorB] = numbers(b.version);
  return majorB - majorA || minorB - minorA;
}

/** `18beta1` is 18.0. */
function numbers(version: string): [number, number] {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}
