// The proof: what a backup's archive holds, table by table, so that any later copy can be compared with it.
// Written as JSON beside the archive (encrypted where the archive is).

export interface TableProof {
  /** pg_class OID at the source: the only safe way to match a table with its TOC entry. */
  readonly oid: number;
  /** Schema-qualified and quoted as PostgreSQL prints it. For people; never matched on. */
  readonly name: string;
  /** Rows of COPY data in the archive. */
  readonly rows: number;
  /** Bytes of COPY text, newlines included. */
  readonly bytes: number;
  /** Lower-case hex SHA-256 of the COPY text in the archive's order. */
  readonly sha256: string;
  /** `count(*)` in the same snapshot; null where counts are off. */
  readonly counted: number | null;
  /** Set for an extension's configuration table: the condition its rows were dumped by ('' = all). */
  readonly extensionCondition: string | null;
  /** Loaded through its partition root (hash partitions on an enum): compare per root after a restore. */
  readonly viaRoot: boolean;
}

export interface LargeObjectProof {
  readonly oid: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface SequenceProof {
  /** The setval argument as printed in the archive, e.g. `public.orders_id_seq`. */
  readonly name: string;
  readonly value: string;
  readonly called: boolean;
}

/** Of what the archive defines; see definitions.ts. */
export interface SchemaProof {
  readonly statements: number;
  readonly sha256: string;
}

export interface Proof {
  readonly format: 1;
  readonly tables: readonly TableProof[];
  readonly largeObjects: readonly LargeObjectProof[];
  readonly sequences: readonly SequenceProof[];
  /** The archive's table of contents as `pg_restore --list` prints it. */
  readonly toc: string;
  /** null in proofs from before it was taken. */
  readonly schema: SchemaProof | null;
  /** State at the source that a restore must bring back as it was, not as it should be. */
  readonly validity: {
    readonly invalidIndexes: readonly string[];
    readonly notValidConstraints: readonly string[];
    readonly disabledTriggers: readonly string[];
  };
}
