// Whether two tables of contents name the same objects: an archive that was made anew without an index, a constraint or
// a trigger still holds all its rows. Numbers of entries and OIDs may differ, and their order; what is named may not.

/** `INDEX public orders_by_day app`: kind, schema, name and owner, as `pg_restore --list` prints them. */
export function compareContents(
  proven: string,
  found: string,
): { readonly missing: readonly string[]; readonly added: readonly string[] } {
  const [one, other] = [countEntries(proven), countEntries(found)];
  return { missing: more(one, other), added: more(other, one) };
}

function countEntries(contents: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of contents.split('\n')) {
    const [, entry] = /^\d+; \d+ \d+ (.+)$/s.exec(line) ?? [];
    // Large objects are named by their OIDs, which are compared one by one elsewhere.
    if (entry === undefined || entry.startsWith('BLOB')) continue;
    counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  return counts;
}

function more(these: ReadonlyMap<string, number>, those: ReadonlyMap<string, number>): string[] {
  return [...these].filter(([entry, count]) => count > (those.get(entry) ?? 0)).map(([entry]) => entry);
}
