// The names of everything that lies in the bucket. A key that doesn't parse to the letter is somebody else's object:
// never counted, never deleted. So parsing is the exact inverse of printing, and nothing else reads keys.
import { ID_PATTERN } from './id.ts';
import type { Instant } from './instant.ts';
import { decodeName, encodeName } from './name.ts';
import { TIERS, type Tier } from './tier.ts';

/** What all objects of one backup have in common. */
export interface BackupRef {
  readonly name: string;
  readonly tier: Tier;
  /** Whole seconds: a key can't say more. */
  readonly stamp: Instant;
  readonly id: string;
}

export type BackupKey = BackupRef &
  (
    | { readonly kind: 'archive' | 'globals' | 'proof'; readonly encrypted: boolean }
    | { readonly kind: 'manifest' | 'hold' }
    | { readonly kind: 'evidence'; readonly testStamp: Instant; readonly testId: string }
  );

export type KeyKind = BackupKey['kind'];

const SUFFIX = {
  archive: '.dump',
  globals: '.globals.sql',
  proof: '.proof.json',
  manifest: '.manifest.json',
  hold: '.hold.json',
} as const;

const STEM = `(\\d{8}T\\d{6}Z)-(${ID_PATTERN})`;
const KEY = new RegExp(
  `^([^/]+)/(${TIERS.join('|')})/${STEM}` +
    `(?:(\\.dump|\\.globals\\.sql|\\.proof\\.json)(\\.age)?|(\\.manifest\\.json|\\.hold\\.json)|\\.evidence\\.${STEM}\\.json)$`,
);

/** Relative to the destination's prefix. Throws PGB505 for a name that can't be part of a key. */
export function printKey(key: BackupKey): string {
  const stem = printStem(key);
  switch (key.kind) {
    case 'evidence':
      return `${stem}.evidence.${printStamp(key.testStamp)}-${key.testId}.json`;
    case 'manifest':
    case 'hold':
      return stem + SUFFIX[key.kind];
    default:
      return stem + SUFFIX[key.kind] + (key.encrypted ? '.age' : '');
  }
}

/** The exact inverse of `printKey`: undefined for every key that it would not have printed. */
export function parseKey(text: string): BackupKey | undefined {
  const [, segment, tier, stampText, id, file, age, plain, testStampText, testId] = KEY.exec(text) ?? [];
  const name = segment === undefined ? undefined : decodeName(segment);
  const stamp = stampText === undefined ? undefined : parseStamp(stampText);
  if (name === undefined || stamp === undefined || id === undefined) return undefined;
  const ref: BackupRef = { name, tier: tier as Tier, stamp, id };
  if (file !== undefined) return { ...ref, kind: kindOf(file), encrypted: age !== undefined };
  if (plain !== undefined) return { ...ref, kind: plain === SUFFIX.hold ? 'hold' : 'manifest' };
  const testStamp = testStampText === undefined ? undefined : parseStamp(testStampText);
  if (testStamp === undefined || testId === undefined) return undefined;
  return { ...ref, kind: 'evidence', testStamp, testId };
}

/** What every key of one backup begins with: `<name>/<tier>/<stamp>-<id>`. */
export function printStem(ref: BackupRef): string {
  return `${namePrefix(ref.name)}${ref.tier}/${printStamp(ref.stamp)}-${ref.id}`;
}

/** What every key of one name begins with. It ends in `/`, so `app` never lists `app-test`. */
export function namePrefix(name: string): string {
  return `${encodeName(name)}/`;
}

/** `20261121T031700Z`: sorts as text as it does in time. Fractions of a second are dropped. */
export function printStamp(stamp: Instant): string {
  return `${new Date(stamp).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function parseStamp(text: string): Instant | undefined {
  const iso = text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z');
  const stamp = Date.parse(iso);
  return Number.isNaN(stamp) || printStamp(stamp) !== text ? undefined : stamp;
}

function kindOf(suffix: string): 'archive' | 'globals' | 'proof' {
  if (suffix === SUFFIX.archive) return 'archive';
  return suffix === SUFFIX.globals ? 'globals' : 'proof';
}
