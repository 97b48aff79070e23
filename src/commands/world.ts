// The outside as commands see it: ports and a clock. Built once by the entry; a command imports no adapter.
import type { Instant } from '../backups/instant.ts';
import type { Encryption, Opener, Signer, Verifier } from '../encryption/port.ts';
import type { ArchiveTools, Postgres } from '../postgres/port.ts';
import type { Log } from '../reports/log.ts';
import type { ObjectStore } from '../storage/port.ts';

/**
 * Remembers what a killed process would leave behind, for the `post` step: the upload and the server of a restore test.
 * Everything else that a run owns lies in its temporary folder.
 */
export interface Journal {
  /** Before the first part is sent. */
  uploadStarted(reference: string): void;
  /** Completed or aborted: nothing is left to clean up. */
  uploadEnded(): void;
  /** Before anything of it runs or lies there. */
  serverMade(traces: string): void;
  /** Thrown away, with all its processes. */
  serverGone(): void;
}

/** What a command that reads backups needs. */
export interface ReadingWorld {
  now(): Instant;
  readonly store: ObjectStore;
  /** null: no `verify-keys` are set, signatures are not looked at. */
  readonly verifier: Verifier | null;
  readonly log: Log;
  /** Makes foreign text fit to be written down: without secrets, escapes and workflow commands. */
  clean(text: string): string;
  /** Rejects at once when the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What a command needs that looks into backups. */
export interface OpeningWorld extends ReadingWorld {
  /** null: no `age-identity` is set, encrypted backups stay shut. */
  readonly opener: Opener | null;
}

/** What a command needs that decodes archives, without a server. */
export interface DecodingWorld extends OpeningWorld {
  readonly postgres: ArchiveTools;
}

export interface World extends ReadingWorld {
  random(bytes: number): Buffer;
  readonly postgres: Postgres;
  readonly encryption: Encryption | null;
  readonly signer: Signer | null;
  readonly journal: Journal;
  /** Where this run is to be found, for the manifest. */
  readonly run: {
    readonly url: string | null;
    readonly commit: string | null;
    readonly actor: string | null;
    /** `pg-backup-action 0.1.0` */
    readonly tool: string;
  };
}
