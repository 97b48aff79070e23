// What a status is told, complete and valid.
import type { Warning } from '../../problems/problem.ts';
import type { StoragePrice } from '../../reports/status-page/data.ts';
import type { DescribeSettings } from './describe.ts';

/** null: the check is off. */
export interface Thresholds {
  /** Good backups of a name. */
  readonly minBackups: number | null;
  /** Of the newest good backup's archive. */
  readonly minBytes: number | null;
  readonly maxBytes: number | null;
  readonly maxAgeMs: number | null;
  readonly maxIdleMs: number | null;
  readonly restoredWithinMs: number | null;
  /** Of the disk that a folder lies on. */
  readonly minFree: { readonly share: number } | { readonly bytes: number } | null;
}

export interface StatusSettings extends DescribeSettings {
  /** For the page; null: costs aren't shown. */
  readonly storagePrice: StoragePrice | null;
  /** undefined: all names. */
  readonly name: string | undefined;
  readonly thresholds: Thresholds;
  readonly failOn: 'critical' | 'warning' | 'never';
  readonly detail: 'full' | 'minimal';
  readonly warnings: readonly Warning[];
}
