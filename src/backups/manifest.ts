// The manifest: JSON beside the archive. A backup exists from the moment its manifest does, so this is the type that
// every command decides on. Written as canonical JSON (RFC 8785); read back only by parse-manifest.ts.
import type { LevelReached } from './level.ts';
import type { Tier } from './tier.ts';

export const MANIFEST_FORMAT = 1;

export interface Identity {
  /** PostgreSQL's system identifier in decimal, where the server tells it. */
  readonly system: string | null;
  /** The host as configured; decides only where `system` is null. */
  readonly host: string | null;
  readonly database: string;
}

/** An object that lies beside the archive, or the archive itself, as stored. */
export interface StoredFile {
  /** Relative to the destination's prefix. */
  readonly key: string;
  readonly bytes: number;
  /** Lower-case hex SHA-256 of the stored bytes. */
  readonly sha256: string;
}

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  /** Eight characters, unique within the destination. */
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  /** When the snapshot was taken: ISO instant, whole seconds. */
  readonly stamp: string;
  readonly durationSeconds: number;
  readonly identity: Identity;
  /**
   * Whether this identity was the accepted one when the backup was taken: the first of its name, the same as the newest
   * accepted backup's, or named in `accept-identity`. Kept in every manifest, so that the answer outlives pruning.
   */
  readonly identityAccepted: boolean;
  /** `full`: everything pg_dump dumps of one database. Other scopes never satisfy a gate or fill a slot. */
  readonly scope: 'full';
  readonly server: {
    /** e.g. `16.15`. */
    readonly version: string;
    readonly encoding: string;
    readonly collate: string;
    readonly ctype: string;
    readonly standby: boolean;
    /**
     * On a standby: the moment of the primary up to which it had replayed, ISO instant; a backup is no fresher than that.
     * Missing on a primary, where a standby could not tell, and in manifests from before it was recorded.
     */
    readonly replayedAt?: string;
    readonly extensions: readonly { readonly name: string; readonly version: string }[];
    /** Session settings that shape COPY's text (bytea_output, lc_monetary, xmlbinary, TimeZone). */
    readonly textSettings: Readonly<Record<string, string>>;
  };
  /** `source`: how the client came to be used (`path`, `system`, `pgdg`, …), for people. */
  readonly client: { readonly version: string; readonly source: string };
  readonly archive: StoredFile & {
    readonly format: 'custom';
    /** As given to pg_dump: `zstd:3`, `gzip:6`, `lz4`, `none`. */
    readonly compression: string;
    /** Before encryption. */
    readonly plainBytes: number;
    readonly plainSha256: string;
    readonly etag: string;
    readonly checksum: string | null;
  };
  readonly encryption: { readonly scheme: 'age'; readonly recipients: number } | null;
  readonly globals: StoredFile | null;
  readonly proof: StoredFile;
  /** `rows` and `rawBytes` are of the decoded COPY data. */
  readonly totals: {
    readonly tables: number;
    readonly rows: number;
    readonly rawBytes: number;
    readonly largeObjects: number;
  };
  readonly levels: readonly LevelReached[];
  /** What pg_dump and the preflight warned of, harmless to print. */
  readonly warnings: readonly string[];
  /** The newest good backup of the same name before this one: a link that policy would have kept must not be missing. */
  readonly previous: PreviousLink | null;
  readonly run: {
    readonly url: string | null;
    readonly commit: string | null;
    readonly actor: string | null;
    readonly tool: string;
  };
  readonly retainUntil: string | null;
  readonly signature: Signature | null;
}

/** Tier and stamp stand here because a backup that is gone can no longer tell whether policy let it go. */
export interface PreviousLink {
  readonly id: string;
  readonly tier: Tier;
  /** ISO instant. */
  readonly stamp: string;
  readonly manifestSha256: string;
}

export interface Signature {
  readonly algorithm: 'ed25519';
  /** First 16 hex digits of the SHA-256 of the public key. */
  readonly key: string;
  /** Base64 over the canonical JSON of the manifest without `signature`, prefixed with its own key in the store. */
  readonly value: string;
}
