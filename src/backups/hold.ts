// A hold: `hold` puts it beside a backup, `release` takes it away, and while it lies there prune leaves the backup
// alone. Its being there is what counts; what it says is for people, so even a damaged hold holds.
import { canonicalJson } from './canonical-json.ts';
import { instant, Misread, nullable, object, oneOf, string } from './fields.ts';
import { ID_PATTERN } from './id.ts';
import { readJson, SMALL_DOCUMENT } from './read-json.ts';

export interface Hold {
  readonly format: 1;
  /** Id of the backup that is held. */
  readonly backup: string;
  /** ISO instant. */
  readonly at: string;
  readonly by: string | null;
  readonly why: string | null;
}

export function printHold(hold: Hold): Buffer {
  return canonicalJson(hold);
}

/** undefined where the text can't be read: the backup is held all the same. */
export function parseHold(bytes: Uint8Array): Hold | undefined {
  const json = readJson(bytes, SMALL_DOCUMENT);
  if ('not' in json) return undefined;
  try {
    return readHold(json.ok, '');
  } catch (error) {
    if (error instanceof Misread) return undefined;
    throw error;
  }
}

const readHold = object<Hold>(
  {
    format: oneOf(1),
    backup: string(new RegExp(`^${ID_PATTERN}$`)),
    at: instant,
    by: nullable(string()),
    why: nullable(string()),
  },
  'ignore',
);
