// Whether the large objects that an archive decodes to are those that its table of contents lists.
import type { Problem } from '../problems/problem.ts';
import { largeObjectsDiffer } from '../problems/proof.ts';
import type { ScanResult } from './copy-scanner.ts';
import type { LargeObjectEntries, OidRange } from './toc.ts';

export function checkLargeObjects(listed: LargeObjectEntries, { largeObjects }: ScanResult): Problem[] {
  const found = largeObjects.map(object => object.oid);
  const how = listed.by === 'oid' ? compareSets(listed.oids, found) : followGroups(listed.groups, found);
  return how === undefined ? [] : [largeObjectsDiffer(how)];
}

function compareSets(listed: readonly number[], found: readonly number[]): string | undefined {
  const there = new Set(found);
  const expected = new Set(listed);
  const missing = listed.find(oid => !there.has(oid));
  if (missing !== undefined) return `${missing} is listed, but its data is missing`;
  const stray = found.find(oid => !expected.has(oid));
  if (stray !== undefined) return `${stray} has data, but is not listed`;
  return there.size === found.length ? undefined : 'one of them has data twice';
}

/**
 * pg_dump 17 and newer give the first and last OID of each group and no number: within a group OIDs rise from the one
 * to the other, and groups lie in the order of the list.
 */
function followGroups(groups: readonly OidRange[], found: readonly number[]): string | undefined {
  let place = 0;
  for (const { first, last } of groups) {
    if (found[place] !== first) return `${first} is listed, but its data is missing`;
    let oid = first;
    while (oid !== last) {
      place += 1;
      const next = found[place];
      if (next === undefined || next <= oid || next > last)
        return `${last} is listed, but its data is missing`;
      oid = next;
    }
    place += 1;
  }
  return place === found.length ? undefined : `${found[place]} has data, but is not listed`;
}
