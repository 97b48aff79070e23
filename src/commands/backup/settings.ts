// What a backup is told to do: the part of the configuration that the command itself reads.
import type { Tier } from '../../backups/tier.ts';
import type { Warning } from '../../problems/problem.ts';
import type { Policy } from '../../retention/policy.ts';

export interface BackupSettings {
  /** undefined: the database's name. */
  readonly name: string | undefined;
  readonly tier: Tier | 'auto';
  readonly timezone: string;
  /** null: nothing is ever pruned. */
  readonly policy: Policy | null;
  readonly minKeep: number;
  readonly maxDelete: number;
  readonly prune: boolean;
  /** `auto`, or pg_dump's own words. */
  readonly compression: string;
  readonly counts: boolean;
  /** Fingerprint. */
  readonly acceptIdentity: string | undefined;
  readonly lockWaitTimeoutMs: number;
  /** 50: half smaller or larger than the last ones. */
  readonly shrinkGuardPercent: number;
  readonly allowEmpty: boolean;
  readonly dryRun: boolean;
  /** `minimal`: what is shown leaves out names, hosts, rows and the table of contents. */
  readonly detail: 'full' | 'minimal';
  /** Found while the inputs were read. */
  readonly warnings: readonly Warning[];
}

/** zstd:3 costs a quarter of gzip:6 and packs better; a client without it falls back to what every client has. */
export function settleCompression(wanted: string, client: { readonly zstd: boolean }): string {
  if (wanted !== 'auto') return wanted;
  return client.zstd ? 'zstd:3' : 'gzip:6';
}
