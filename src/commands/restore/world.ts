// The outside as a restore sees it, besides what every command that opens backups sees.
import type { Opener } from '../../encryption/port.ts';
import type { LocalFiles, Unpacker } from '../../files/port.ts';
import type { TargetServer } from '../../postgres/target-port.ts';
import type { BackupOutcome } from '../../reports/outcome.ts';
import type { OpeningWorld } from '../world.ts';

/** Files of this run alone, in its 0700 folder. */
export interface Disk {
  readonly folder: string;
  /** Path of a file of that name; nothing is made. */
  path(name: string): string;
  /** Makes the file (0600) and fills it. */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  remove(path: string): Promise<void>;
  freeBytes(): Promise<number>;
}

/** What it takes to bring an archive here and to compare a database with it. */
export interface ObtainingWorld extends OpeningWorld {
  readonly target: TargetServer;
  readonly disk: Disk;
}

/** How the same call is made again: these inputs are set, the others stay. */
export interface Again {
  /** None where a file is restored. */
  readonly backup?: string;
  readonly name?: string;
  /** Where a backup is to take the place of the file. */
  readonly file?: '';
  /** The plan's hash; left out: it plans first. */
  readonly confirm?: string;
}

/** Backs the target up, as the backup command does. */
export interface SafetyBackup {
  /** What it writes can be read by nobody without a key. */
  readonly encrypted: boolean;
  /** Filed under `name`, in the tier `safety`. Never throws: see its outcome. */
  take(name: string, signal: AbortSignal): Promise<BackupOutcome>;
}

/** What it takes to open a file that somebody left on this machine. */
export interface FileWorld extends Omit<ObtainingWorld, 'store'> {
  readonly files: LocalFiles;
  readonly unpacker: Unpacker;
  /** For `openssl enc`; null: no `file-password` is set. */
  readonly passwordOpener: Opener | null;
}

export interface RestoreWorld extends ObtainingWorld, FileWorld {
  random(bytes: number): Buffer;
  readonly safety: SafetyBackup;
  /** Asks a person at the terminal; undefined where nobody sits there. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** For people to copy. */
  again(settled: Again): string;
  readonly run: { readonly url: string | null };
}
