// Why a backup that somebody asked for can't be chosen. Codes PGB430 to PGB439; what is wrong with one that was found
// stands in backups.ts.
import { Problem } from './problem.ts';

export function selectorUnreadable(text: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB430',
    summary: `\`backup\` is ${JSON.stringify(text.slice(0, 120))}, which names no backup.`,
    hint: 'Write `latest`, an id of eight characters, a key below the destination, or `before:` with a time such as 2026-11-21 or 2026-11-21T03:17Z.',
  });
}

export function selectorMissing(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB431',
    summary: '`backup` is not set.',
    hint: 'Say which one, by its id: `pg-backup list` shows them.',
  });
}

/** `names` are all that lie at the destination. */
export function nameNeeded(names: readonly string[]): Problem {
  const shown = names.slice(0, 5).map(name => JSON.stringify(name));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return new Problem({
    kind: 'configuration',
    code: 'PGB432',
    summary: `There are backups of ${names.length} names here: ${shown.join(', ')}${more}.`,
    hint: 'Say which with `name`, or name one backup by its id or key.',
  });
}

export function noNames(place: string): Problem {
  return new Problem({
    kind: 'stale',
    code: 'PGB433',
    summary: `There are no backups at ${place}.`,
    hint: 'Check `destination`, its prefix too: a wrong one is an empty one.',
  });
}

/** `name`: undefined where all names were searched. */
export function backupNotFound(which: string, name: string | undefined): Problem {
  const where = name === undefined ? 'at this destination' : `among those of ${JSON.stringify(name)}`;
  return new Problem({
    kind: 'configuration',
    code: 'PGB434',
    summary: `There is no backup ${which} ${where}.`,
    hint: '`pg-backup list` shows what lies there; in a versioned bucket a deleted one can be brought back.',
  });
}

/** `asked`: e.g. "of tier `monthly`, proven to `restored`". */
export function noneMatches(name: string, asked: string, found: number): Problem {
  return new Problem({
    kind: 'stale',
    code: 'PGB435',
    summary: `There is no good backup of ${JSON.stringify(name)} ${asked}; there are ${found} in all.`,
    hint: 'Ask for less, or name one by its id; `pg-backup list` shows tiers and levels.',
  });
}

/** `how`: e.g. "is only proven to stored". */
export function otherThanWished(id: string, how: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB436',
    summary: `Backup ${id} ${how}, which is not what was asked for beside its id.`,
    hint: 'Leave `tier` and `level` out when you name a backup, or name another.',
  });
}
