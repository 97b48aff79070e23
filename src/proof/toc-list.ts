// Cuts a table of contents down to what is to be restored, for `pg_restore --use-list`. Entries are told apart as in
// toc.ts: by the catalog they come from, their OID and their kind, never by a name.

/** Kinds that leave the rest of a database alone when they are left out. */
export type EntryKind =
  | 'rows'
  | 'sequence value'
  | 'materialized rows'
  | 'large object'
  | 'foreign key'
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

/** Lines that are no entries stay. */
export function cutList(toc: string, wanted: (entry: ListedEntry) => boolean): string {
  return toc
    .split('\n')
    .filter(line => {
      const [, catalog, oid, rest] = ENTRY.exec(line) ?? [];
      if (catalog === undefined || rest === undefined) return true;
      return wanted({ kind: kindOf(catalog, rest), oid: Number(oid), rest });
    })
    .join('\n');
}

function kindOf(catalog: string, rest: string): EntryKind {
  const found = KINDS.find(([, from, pattern]) => (from === null || from === catalog) && pattern.test(rest));
  return found?.[0] ?? 'other';
}
