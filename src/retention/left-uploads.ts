// Uploads that were begun and never completed: nothing of them can be read, but their parts cost storage. They go once no
// running backup can be theirs.
import { formatInstant, type Instant } from '../backups/instant.ts';
import { parseKey } from '../backups/key.ts';
import { type Grace, isYoung } from './sweep.ts';

export interface LeftUpload {
  readonly reference: string;
  /** Relative to the destination; null where the store can't tell: in a folder, whose work files are all ours. */
  readonly key: string | null;
  readonly touchedAt: Instant;
}

export interface UploadDecision extends LeftUpload {
  readonly reasons: readonly string[];
}

export interface UploadPlan {
  readonly keep: readonly UploadDecision[];
  readonly drop: readonly UploadDecision[];
}

/** Whether it was to become an object of ours, of this name where one is given. */
export function isOurUpload({ key }: LeftUpload, name: string | undefined): boolean {
  if (key === null) return true;
  const parsed = parseKey(key);
  return parsed !== undefined && (name === undefined || parsed.name === name);
}

/** Uploads of others are not for this plan: see `isOurUpload`. */
export function planUploads(uploads: readonly LeftUpload[], grace: Grace): UploadPlan {
  const decide = (upload: LeftUpload, why: string) => ({ ...upload, reasons: [why] });
  return {
    keep: uploads
      .filter(({ touchedAt }) => isYoung(touchedAt, grace))
      .map(upload => decide(upload, 'younger than `grace`')),
    drop: uploads
      .filter(({ touchedAt }) => !isYoung(touchedAt, grace))
      .map(upload => decide(upload, `unfinished since ${formatInstant(upload.touchedAt)}`)),
  };
}
