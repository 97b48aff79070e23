// Whose backups a command is to look at, where nobody said: every backup carries its name in its key, so the
// destination itself knows.
import { parseKey } from '../backups/key.ts';
import type { Selector } from '../backups/selector.ts';
import { backupNotFound, nameNeeded, noNames } from '../problems/choose.ts';
import type { ReadingWorld } from './world.ts';

/** All that have an object at this destination, in alphabetical order. */
export async function findNames(world: ReadingWorld, signal: AbortSignal, id?: string): Promise<string[]> {
  const names = new Set<string>();
  for await (const { key } of world.store.list('', signal)) {
    const parsed = parseKey(key);
    if (parsed && (id === undefined || parsed.id === id)) names.add(parsed.name);
  }
  return [...names].sort();
}

/** The name given, else that of the backup that is named, else the only one there. Throws a Problem where it can't be told. */
export async function settleName(
  world: ReadingWorld,
  { name, selector }: { readonly name: string | undefined; readonly selector: Selector },
  signal: AbortSignal,
): Promise<string> {
  if (name !== undefined) return name;
  if (selector.by === 'key') return selector.ref.name;
  const id = selector.by === 'id' ? selector.id : undefined;
  const names = await findNames(world, signal, id);
  const [only] = names;
  if (only === undefined) throw id === undefined ? noNames(world.store.place) : backupNotFound(id, undefined);
  if (names.length > 1) throw nameNeeded(names);
  return only;
}
