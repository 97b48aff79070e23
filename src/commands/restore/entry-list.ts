// Which of an archive's entries pg_restore is to take: a file of this run, cut down from the archive's own list.
import { cutList, type ListedEntry } from '../../proof/toc-list.ts';
import type { ObtainingWorld } from './world.ts';

/** Its path. The same name is written anew each time. */
export async function writeList(
  { disk }: Pick<ObtainingWorld, 'disk'>,
  toc: string,
  wanted: (entry: ListedEntry) => boolean,
  name: 'entries' | 'keys' = 'entries',
): Promise<string> {
  const path = disk.path(`${name}.list`);
  await disk.remove(path);
  await disk.write(path, once(cutList(toc, wanted)));
  return path;
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
