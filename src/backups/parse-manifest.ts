// Manifests as bytes: written as canonical JSON, read back only if nothing about them is in doubt. Everything that
// decides on a backup comes through here, so this is where a forged, moved or damaged manifest ends.
import { canonicalJson, isCanonical, sha256Hex } from './canonical-json.ts';
import {
  boolean,
  instant,
  integer,
  list,
  Misread,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Reader,
  record,
  string,
} from './fields.ts';
import { ID_PATTERN } from './id.ts';
import { formatInstant } from './instant.ts';
import { type BackupKey, type BackupRef, parseKey, printKey } from './key.ts';
import { LEVELS, type LevelReached } from './level.ts';
import { MANIFEST_FORMAT, type Manifest, type Signature, type StoredFile } from './manifest.ts';
import { readJson, SMALL_DOCUMENT } from './read-json.ts';
import { TIERS } from './tier.ts';

/**
 * `unreadable`: damaged, or never one of ours. `newer-format`: written by a later version of this program.
 * `misplaced`: a sound manifest under a key that isn't its own. `why` is half a sentence.
 */
export type ParsedManifest =
  | { readonly ok: Manifest; readonly sha256: string }
  | { readonly not: 'unreadable' | 'newer-format' | 'misplaced'; readonly why: string };

/** `key` is where the bytes were found: a manifest is only good in its own place. */
export function parseManifest(bytes: Uint8Array, key: string): ParsedManifest {
  const json = readJson(bytes, SMALL_DOCUMENT);
  if ('not' in json) return { not: 'unreadable', why: json.not };
  const newer = newerFormat(json.ok);
  if (newer !== undefined) {
    return {
      not: 'newer-format',
      why: `it has format ${newer}, this version reads ${MANIFEST_FORMAT}`,
    };
  }
  try {
    const manifest = readManifest(json.ok, '');
    if (!isCanonical(manifest, bytes)) return { not: 'unreadable', why: 'it is not canonical JSON' };
    const why = findMisplacement(manifest, key);
    return why === undefined ? { ok: manifest, sha256: sha256Hex(bytes) } : { not: 'misplaced', why };
  } catch (error) {
    if (error instanceof Misread) return { not: 'unreadable', why: error.message };
    throw error;
  }
}

/** The bytes that are stored. */
export function printManifest(manifest: Manifest): Buffer {
  return canonicalJson(manifest);
}

/**
 * The bytes that are signed: the manifest's key in the store, a line end, the canonical JSON without `signature`.
 * The key is in it so that a signed manifest is worth nothing in another place.
 */
export function signedMessage(manifest: Manifest, manifestKey: string): Buffer {
  const { signature: _, ...unsigned } = manifest;
  return Buffer.concat([Buffer.from(`${manifestKey}\n`, 'utf8'), canonicalJson(unsigned)]);
}

/** What the keys of this manifest's backup have in common. */
export function refOf(manifest: Manifest): BackupRef {
  const { name, tier, stamp, id } = manifest;
  return { name, tier, stamp: Date.parse(stamp), id };
}

const sha256 = string(/^[0-9a-f]{64}$/);
const id = string(new RegExp(`^${ID_PATTERN}$`));
const figure: Reader<number | string> = (value, path) =>
  typeof value === 'string' ? string()(value, path) : number(value, path);
const storedFile = { key: string(), bytes: integer, sha256 };

export const readSignature: Reader<Signature> = object<Signature>({
  algorithm: oneOf('ed25519'),
  key: string(/^[0-9a-f]{16}$/),
  value: string(/^[A-Za-z0-9+/]{86}==$/),
});

const readManifest: Reader<Manifest> = object<Manifest>({
  format: oneOf(MANIFEST_FORMAT),
  id,
  name: string(),
  tier: oneOf(...TIERS),
  stamp: instant,
  durationSeconds: number,
  identity: object<Manifest['identity']>({
    system: nullable(string(/^\d{1,20}$/)),
    host: nullable(string()),
    database: string(),
  }),
  identityAccepted: boolean,
  scope: oneOf('full'),
  server: object<Manifest['server']>({
    version: string(),
    encoding: string(),
    collate: string(),
    ctype: string(),
    standby: boolean,
    replayedAt: optional(instant),
    extensions: list(object<{ name: string; version: string }>({ name: string(), version: string() })),
    textSettings: record(string()),
  }),
  client: object<Manifest['client']>({ version: string(), source: string() }),
  archive: object<Manifest['archive']>({
    ...storedFile,
    format: oneOf('custom'),
    compression: string(),
    plainBytes: integer,
    plainSha256: sha256,
    etag: string(),
    checksum: nullable(string()),
  }),
  encryption: nullable(
    object<NonNullable<Manifest['encryption']>>({ scheme: oneOf('age'), recipients: integer }),
  ),
  globals: nullable(object<StoredFile>(storedFile)),
  proof: object<StoredFile>(storedFile),
  totals: object<Manifest['totals']>({
    tables: integer,
    rows: integer,
    rawBytes: integer,
    largeObjects: integer,
  }),
  levels: list(object<LevelReached>({ level: oneOf(...LEVELS), at: instant, figures: record(figure) })),
  warnings: list(string()),
  previous: nullable(
    object<NonNullable<Manifest['previous']>>({
      id,
      tier: oneOf(...TIERS),
      stamp: instant,
      manifestSha256: sha256,
    }),
  ),
  run: object<Manifest['run']>({
    url: nullable(string()),
    commit: nullable(string()),
    actor: nullable(string()),
    tool: string(),
  }),
  retainUntil: nullable(instant),
  signature: nullable(readSignature),
});

/** The format's number where it is a later one; nothing else of such a document is looked at. */
function newerFormat(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('format' in value)) return undefined;
  const { format } = value;
  return typeof format === 'number' && Number.isSafeInteger(format) && format > MANIFEST_FORMAT
    ? format
    : undefined;
}

function findMisplacement(manifest: Manifest, key: string): string | undefined {
  const place = parseKey(key);
  if (place?.kind !== 'manifest') return 'it does not lie where manifests lie';
  const ref = refOf(manifest);
  if (ref.name !== place.name) return 'it names another backup name than its key';
  if (ref.tier !== place.tier) return `it says tier ${ref.tier}, its key says ${place.tier}`;
  if (ref.stamp !== place.stamp)
    return `it says ${manifest.stamp}, its key says ${formatInstant(place.stamp)}`;
  if (ref.id !== place.id) return `it says id ${ref.id}, its key says ${place.id}`;
  const encrypted = manifest.encryption !== null;
  const files: readonly [StoredFile | null, BackupKey][] = [
    [manifest.archive, { ...ref, kind: 'archive', encrypted }],
    [manifest.proof, { ...ref, kind: 'proof', encrypted }],
    [manifest.globals, { ...ref, kind: 'globals', encrypted }],
  ];
  const stray = files.find(([file, expected]) => file !== null && file.key !== printKey(expected));
  return stray && `its ${stray[1].kind} is said to lie in another place than beside it`;
}
