// What a restore is told to do: the part of the configuration that the command itself reads.
import type { Wish } from '../../backups/choose-backup.ts';
import type { Warning } from '../../problems/problem.ts';
import type { Mode } from '../../reports/restore-plan.ts';
import type { Thaw } from '../thaw.ts';

export interface RestoreSettings {
  /** undefined: the name of the target's database. */
  readonly name: string | undefined;
  readonly wish: Wish;
  /** Path of a local file to restore instead of a backup. */
  readonly file: string | undefined;
  readonly thaw: Thaw;
  readonly mode: Mode;
  /** With `mode: new-database` alone. */
  readonly newDatabase: string | undefined;
  readonly jobs: number;
  readonly noOwner: boolean;
  readonly noAcl: boolean;
  readonly stubRoles: boolean;
  readonly terminateSessions: boolean;
  /** The text of the user's SQL file, checked to hold no psql command. */
  readonly postRestoreSql: string | undefined;
  readonly postRestoreCommand: string | undefined;
  /** Fingerprint. */
  readonly acceptIdentity: string | undefined;
  /** The hash that was confirmed. */
  readonly confirm: string | undefined;
  readonly dryRun: boolean;
  /** `minimal`: what is shown leaves out names, hosts and rows. */
  readonly detail: 'full' | 'minimal';
  readonly warnings: readonly Warning[];
}
