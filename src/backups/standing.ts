// Whether one backup counts. Every doubt costs it its place in slots and gates, never its life: what doesn't count is
// kept.
import { type NotCountedReason, notCountedWords } from '../problems/backups.ts';
import type { ParsedEvidence } from './evidence.ts';
import type { ListedObject, SignatureState, Signed } from './holdings.ts';
import type { Instant } from './instant.ts';
import type { BackupRef } from './key.ts';
import type { Level } from './level.ts';
import type { Manifest, StoredFile } from './manifest.ts';
import type { ParsedManifest } from './parse-manifest.ts';

export type Standing = 'good' | { readonly not: string; readonly reason: NotCountedReason };

/** The newest restore test that says something about this very backup. */
export interface Tested {
  readonly result: 'passed' | 'failed';
  readonly at: Instant;
}

export interface Doubtful {
  readonly ref: BackupRef;
  readonly parsed: Signed<ParsedManifest>;
  readonly manifestObject: ListedObject;
  readonly files: ReadonlyMap<string, ListedObject>;
  readonly tested: Tested | undefined;
  readonly idIsUnique: boolean;
  readonly identityIsOurs: boolean;
}

const DAY_MS = 86_400_000;
/** A manifest is written when its dump is done, so a long dump may be stored long after its stamp. */
const MAX_DUMP_MS = 7 * DAY_MS;
const NEEDED: readonly Level[] = ['listed', 'decoded', 'stored'];

/** What makes the newest backup unfit to be passed over in silence: see `latestTrouble` in the catalog. */
export const TROUBLE: ReadonlySet<NotCountedReason> = new Set([
  'unreadable',
  'newer-format',
  'misplaced',
  'bad-signature',
  'unknown-signer',
  'unsigned',
  'duplicate-id',
  'file-missing',
  'unproven',
]);

export function isTrusted(signature: SignatureState): boolean {
  return signature === 'valid' || signature === 'not-required';
}

/** The first doubt in the order of what it would take to bring it about; later ones don't matter then. */
export function judge(backup: Doubtful, now: Instant): Standing {
  const { content, signature } = backup.parsed;
  if ('not' in content) return not(content.not, content.why);
  if (signature === 'invalid') return not('bad-signature');
  if (signature === 'unknown-key') return not('unknown-signer');
  if (signature === 'unsigned') return not('unsigned');
  if (!backup.idIsUnique) return not('duplicate-id');
  const manifest = content.ok;
  const missing = findMissingFile(manifest, backup.files);
  if (missing !== undefined) return not('file-missing', missing);
  const level = NEEDED.find(needed => !manifest.levels.some(reached => reached.level === needed));
  if (level !== undefined) return not('unproven', `\`${level}\` is not among them`);
  if (backup.ref.stamp > now) return not('future');
  if (signature !== 'valid' && isBackDated(manifest, backup)) return not('back-dated');
  if (!backup.identityIsOurs) return not('other-identity');
  return backup.tested?.result === 'failed' ? not('failed-test') : 'good';
}

function not(reason: NotCountedReason, detail?: string): Standing {
  return { not: notCountedWords(reason, detail), reason };
}

function findMissingFile(manifest: Manifest, files: ReadonlyMap<string, ListedObject>): string | undefined {
  const named: readonly [string, StoredFile | null][] = [
    ['archive', manifest.archive],
    ['proof', manifest.proof],
    ['globals', manifest.globals],
  ];
  for (const [what, file] of named) {
    if (file === null) continue;
    const there = files.get(file.key);
    if (there === undefined) return `the ${what} is missing`;
    if (there.bytes !== file.bytes) return `the ${what} has ${there.bytes} bytes, not ${file.bytes}`;
  }
  return undefined;
}

function isBackDated(manifest: Manifest, { ref, manifestObject }: Doubtful): boolean {
  const late = manifestObject.modifiedAt - ref.stamp;
  const dump = Math.min(Math.max(manifest.durationSeconds * 1000, 0), MAX_DUMP_MS);
  return late > DAY_MS + dump || late < -DAY_MS;
}

/**
 * A failed test counts whoever recorded it: doubt costs a slot, not a backup. A passed one needs a trusted signature,
 * this very manifest, and a moment that has come.
 */
export function newestTest(
  evidence: readonly Signed<ParsedEvidence>[],
  manifestSha256: string,
  now: Instant,
): Tested | undefined {
  let newest: Tested | undefined;
  for (const { content, signature } of evidence) {
    if ('not' in content || content.ok.manifestSha256 !== manifestSha256) continue;
    const { result } = content.ok;
    const at = Date.parse(content.ok.at);
    if (result === 'passed' && (!isTrusted(signature) || at > now)) continue;
    const later = newest === undefined || at > newest.at || (at === newest.at && result === 'failed');
    if (later) newest = { result, at };
  }
  return newest;
}
