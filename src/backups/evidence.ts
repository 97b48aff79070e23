// What a restore test leaves beside the backup it proved or disproved. Only what decides on a backup is read here;
// figures that a test adds (times, isolation, assertions) ride along and are signed with the rest.
import { canonicalJson, isCanonical } from './canonical-json.ts';
import { instant, Misread, nullable, object, oneOf, string } from './fields.ts';
import { ID_PATTERN } from './id.ts';
import { parseKey } from './key.ts';
import type { Signature } from './manifest.ts';
import { readSignature } from './parse-manifest.ts';
import { readJson, SMALL_DOCUMENT } from './read-json.ts';

export const EVIDENCE_FORMAT = 1;

export interface Evidence {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly result: 'passed' | 'failed';
  /** Id of the backup that was tested. */
  readonly backup: string;
  /** Of the manifest's bytes, so that it speaks of no other backup that took this one's place. */
  readonly manifestSha256: string;
  /** When the test ended: ISO instant. Its key carries the same. */
  readonly at: string;
  readonly signature: Signature | null;
}

/** `signed` is the message that the signature covers. */
export type ParsedEvidence =
  | {
      readonly ok: Evidence;
      readonly signed: Buffer;
      /** From the start of the download to a restored database; for charts, nothing is decided by it. */
      readonly recoverySeconds?: number | undefined;
    }
  | { readonly not: 'unreadable' | 'newer-format' | 'misplaced'; readonly why: string };

/** `key` is where the bytes were found. */
export function parseEvidence(bytes: Uint8Array, key: string): ParsedEvidence {
  const json = readJson(bytes, SMALL_DOCUMENT);
  if ('not' in json) return { not: 'unreadable', why: json.not };
  if (!isCanonical(json.ok, bytes)) return { not: 'unreadable', why: 'it is not canonical JSON' };
  try {
    const { format } = readFormat(json.ok, '');
    if (format !== EVIDENCE_FORMAT) return { not: 'newer-format', why: `it has format ${format}` };
    const evidence = readEvidence(json.ok, '');
    const place = parseKey(key);
    const fits =
      place?.kind === 'evidence' &&
      place.id === evidence.backup &&
      place.testStamp === Date.parse(evidence.at);
    if (!fits) return { not: 'misplaced', why: 'it speaks of another backup or moment than its key' };
    const recoverySeconds = recoveryIn(json.ok);
    return { ok: evidence, signed: evidenceMessage(json.ok as object, key), recoverySeconds };
  } catch (error) {
    if (error instanceof Misread) return { not: 'unreadable', why: error.message };
    throw error;
  }
}

function recoveryIn(value: unknown): number | undefined {
  const { seconds } = value as { seconds?: { recovery?: unknown } | null };
  const recovery = seconds?.recovery;
  return typeof recovery === 'number' && recovery >= 0 ? recovery : undefined;
}

/** The bytes that are signed: key, line end, canonical JSON of everything but `signature`. */
export function evidenceMessage(evidence: object, key: string): Buffer {
  const unsigned = Object.fromEntries(Object.entries(evidence).filter(([field]) => field !== 'signature'));
  return Buffer.concat([Buffer.from(`${key}\n`, 'utf8'), canonicalJson(unsigned)]);
}

const readFormat = object<{ format: number }>(
  {
    format: (value, path) => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
        throw new Misread(`\`${path}\` is not a format number`);
      }
      return value;
    },
  },
  'ignore',
);

const readEvidence = object<Evidence>(
  {
    format: oneOf(EVIDENCE_FORMAT),
    result: oneOf('passed', 'failed'),
    backup: string(new RegExp(`^${ID_PATTERN}$`)),
    manifestSha256: string(/^[0-9a-f]{64}$/),
    at: instant,
    signature: nullable(readSignature),
  },
  'ignore',
);
