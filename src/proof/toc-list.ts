// Cuts a table of contents down to what is to be restored, for `pg_restore --use-list`. Entries are told apart as in
// toc.ts: by the catalog they come from, their OID and their kind, never by a name.

/** Kinds that leave the rest of a database alone when they are left out. */
export type EntryKind =
  | 'rows'
  | 'sequence value'
  | 'materialized rows'
  | 'large object'
  | 'foreign key'
  | 'statistics'
  | 'trigger'
  | 'rule'
  | 'policy'
  | 'row security'
  | 'replication'
  | 'event trigger'
  | 'extension'
  | 'other';

export interface ListedEntry {
  readonly kind: EntryKind;
  /** In the catalog it comes from. */
  readonly oid: number;
  /** Everything behind the numbers: kind, names, owner. */
  readonly rest: string;
}

const ENTRY = /^\d+; (\d+) (\d+) (.+)$/s;
const NO_CATALOG = '0';

/** Data has no catalog of its own; the others are known by theirs, which have the same OID in every database. */
const KINDS: readonly (readonly [EntryKind, string | null, RegExp])[] = [
  ['rows', NO_CATALOG, /^TABLE DATA /],
  ['sequence value', NO_CATALOG, /^SEQUENCE SET /],
  ['materialized rows', NO_CATALOG, /^MATERIALIZED VIEW DATA /],
  ['large object', NO_CATALOG, /^BLOBS - /],
  ['large object', '2613', /^BLOB(?: METADATA)? - /],
  ['large object', null, /^(?:ACL|COMMENT|SECURITY LABEL) - LARGE OBJECTS? /],
  ['foreign key', '2606', /^FK CONSTRAINT /],
  ['statistics', '3381', /^STATISTICS /],
  ['trigger', '2620', /^TRIGGER /],
  ['rule', '2618', /^RULE /],
  ['policy', '3256', /^POLICY /],
  ['row security', null, /^ROW SECURITY /],
  ['event trigger', '3466', /^EVENT TRIGGER - /],
  ['replication', null, /^(?:PUBLICATION|SUBSCRIPTION)(?: TABLES? IN SCHEMA| TABLE)? /],
  ['replication', null, /^COMMENT - (?:PUBLICATION|SUBSCRIPTION) /],
  ['event trigger', null, /^COMMENT - EVENT TRIGGER /],
  ['extension', '3079', /^EXTENSION - /],
  ['extension', null, /^COMMENT - EXTENSION /],
];

/** Behind `COMMENT`, what a thing is called that is listed as such. */
const COMMENTED: readonly (readonly [EntryKind, string, string])[] = [
  ['foreign key', 'FK CONSTRAINT', 'CONSTRAINT'],
  ['trigger', 'TRIGGER', 'TRIGGER'],
  ['rule', 'RULE', 'RULE'],
  ['policy', 'POLICY', 'POLICY'],
];

/** Lines that are no entries stay; a comment is of the kind of what it stands on, and goes with it. */
export function cutList(toc: string, wanted: (entry: ListedEntry) => boolean): string {
  const lines = toc.split('\n');
  const entries = lines.map(readEntry);
  const known = new Map(
    entries.flatMap(entry => {
      const commented = COMMENTED.find(([kind, word]) => kind === entry?.kind && entry.rest.startsWith(word));
      return entry && commented ? [[words(entry.rest.slice(commented[1].length)), entry.kind] as const] : [];
    }),
  );
  return lines
    .filter((_, at) => {
      const entry = entries[at];
      return !entry || wanted({ ...entry, kind: commentedKind(entry, known) ?? entry.kind });
    })
    .join('\n');
}

function readEntry(line: string): ListedEntry | undefined {
  const [, catalog, oid, rest] = ENTRY.exec(line) ?? [];
  if (catalog === undefined || rest === undefined) return undefined;
  const found = KINDS.find(([, from, pattern]) => (from === null || from === catalog) && pattern.test(rest));
  return { kind: found?.[0] ?? 'other', oid: Number(oid), rest };
}

/**
 * `COMMENT public TRIGGER watches ON t owner` stands on `TRIGGER public t watches owner`. Names may hold blanks and these
 * very words, so the two are matched by the words they are made of, in whatever order.
 */
function commentedKind({ rest }: ListedEntry, known: ReadonlyMap<string, EntryKind>): EntryKind | undefined {
  if (!rest.startsWith('COMMENT ')) return undefined;
  const all = rest.split(' ').slice(1);
  for (const [kind, , word] of COMMENTED) {
    const left = without(without(all, word), 'ON');
    if (left.length === all.length - 2 && known.get(words(left.join(' '))) === kind) return kind;
  }
  return undefined;
}

function without(all: readonly string[], word: string): string[] {
  const at = all.indexOf(word);
  return at === -1 ? [...all] : all.toSpliced(at, 1);
}

function words(text: string): string {
  return text.split(' ').filter(Boolean).sort().join(' ');
}
