// The outside as a restore sees it, besides what every command that opens backups sees.
import type { TargetServer } from '../../postgres/target-port.ts';
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

export interface RestoreWorld extends ObtainingWorld {
  random(bytes: number): Buffer;
  /** Asks a person at the terminal; undefined where nobody sits there. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** How this very call is made again with a backup and a confirmation: for people to copy. */
  again(backup: string, confirm: string): string;
  readonly run: { readonly url: string | null };
}
