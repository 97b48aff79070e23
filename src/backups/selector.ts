// Which backup somebody means: the newest, one by its id or by a key of it, or the newest before a moment.
import { isId } from './id.ts';
import { formatInstant, type Instant } from './instant.ts';
import { type BackupRef, parseKey } from './key.ts';

export type Selector =
  | { readonly by: 'latest' }
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'key'; readonly ref: BackupRef }
  /** Strictly before. */
  | { readonly by: 'before'; readonly instant: Instant };

/**
 * `latest`, eight characters of an id, the key of any object of a backup (relative to the destination), or
 * `before:<time>`; undefined for anything else. Times are UTC unless they say otherwise.
 */
export function parseSelector(text: string): Selector | undefined {
  if (text === 'latest') return { by: 'latest' };
  if (isId(text)) return { by: 'id', id: text };
  if (text.startsWith('before:')) {
    const instant = parseMoment(text.slice('before:'.length).trim());
    return instant === undefined ? undefined : { by: 'before', instant };
  }
  const key = parseKey(text);
  if (!key) return undefined;
  const { name, tier, stamp, id } = key;
  return { by: 'key', ref: { name, tier, stamp, id } };
}

/** As it would be given. */
export function printSelector(selector: Selector): string {
  switch (selector.by) {
    case 'latest':
      return 'latest';
    case 'id':
      return selector.id;
    case 'key':
      return selector.ref.id;
    case 'before':
      return `before:${formatInstant(selector.instant)}`;
  }
}

/** `2026-11-21`, `2026-11-21T03:17[:00][Z|+01:00]` (a blank for the T too), or a key's `20261121T031700Z`. */
export function parseMoment(text: string): Instant | undefined {
  const compact = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const [, date, time = '00:00', seconds = '00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?)?$/.exec(compact) ?? [];
  if (date === undefined) return undefined;
  // Date.parse takes 31 February for a day in March.
  if (new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date) return undefined;
  const instant = Date.parse(`${date}T${time}:${seconds}${zone}`);
  return Number.isNaN(instant) ? undefined : instant;
}
