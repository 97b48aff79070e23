// Sorts a listing into piles, one for each backup or what is left of one. Only keys that parse to the letter, of
// exactly this name, get into a pile.
import type { Holdings, ListedObject } from './holdings.ts';
import { type BackupKey, type BackupRef, type KeyKind, parseKey, printStem } from './key.ts';

/** The objects whose keys begin with the same stem. */
export interface Pile {
  readonly ref: BackupRef;
  readonly objects: { readonly key: BackupKey; readonly object: ListedObject }[];
}

/** Manifest first, so that a crash in between leaves no backup that looks whole. A hold is lifted by nobody but `release`. */
const DELETION_ORDER: readonly KeyKind[] = ['manifest', 'evidence', 'proof', 'globals', 'archive'];

/** `foreign` are keys that are not ours to know: never counted, never deleted. */
export function sortIntoPiles({ name, objects }: Pick<Holdings, 'name' | 'objects'>): {
  readonly piles: ReadonlyMap<string, Pile>;
  readonly foreign: readonly string[];
} {
  const piles = new Map<string, Pile>();
  const foreign: string[] = [];
  for (const object of objects) {
    const key = parseKey(object.key);
    if (key?.name !== name) {
      foreign.push(object.key);
      continue;
    }
    const { tier, stamp, id } = key;
    const stem = printStem(key);
    const pile = piles.get(stem) ?? { ref: { name, tier, stamp, id }, objects: [] };
    pile.objects.push({ key, object });
    piles.set(stem, pile);
  }
  return { piles, foreign };
}

/**
 * What goes when the backup goes, in that order. Where a manifest tells which files are its own (`named`, by key), a
 * file beside them that it doesn't name is left alone.
 */
export function inDeletionOrder({ objects }: Pile, named?: ReadonlySet<string>): readonly ListedObject[] {
  const isNamed = ({ key, object }: Pile['objects'][number]) =>
    named === undefined || key.kind === 'manifest' || key.kind === 'evidence' || named.has(object.key);
  return DELETION_ORDER.flatMap(kind =>
    objects.filter(entry => entry.key.kind === kind && isNamed(entry)).map(({ object }) => object),
  );
}
