// A whole, good backup to start from; every test changes the one thing it is about.
import { canonicalJson, sha256Hex } from '../../../src/backups/canonical-json.ts';
import { type Evidence, parseEvidence } from '../../../src/backups/evidence.ts';
import type { Holdings, ListedObject, SignatureState } from '../../../src/backups/holdings.ts';
import { formatInstant } from '../../../src/backups/instant.ts';
import { type BackupRef, printKey } from '../../../src/backups/key.ts';
import type { Manifest } from '../../../src/backups/manifest.ts';
import { parseManifest, printManifest, refOf } from '../../../src/backups/parse-manifest.ts';

export const NOW = Date.parse('2026-11-21T04:00:00Z');
export const DAY = 86_400_000;

export function sampleManifest(change: Partial<Manifest> = {}): Manifest {
  const head = {
    id: '3f9k2m7q',
    name: 'shop',
    tier: 'daily',
    stamp: '2026-11-21T03:17:00Z',
    encryption: { scheme: 'age', recipients: 2 },
    ...change,
  } as const;
  const ref: BackupRef = { name: head.name, tier: head.tier, id: head.id, stamp: Date.parse(head.stamp) };
  const encrypted = head.encryption !== null;
  const hash = (text: string) => sha256Hex(Buffer.from(`${head.id} ${text}`));
  return {
    format: 1,
    durationSeconds: 42.5,
    identity: { system: '7446021113457634321', host: 'db.example.net', database: 'shop' },
    identityAccepted: true,
    scope: 'full',
    server: {
      version: '16.15',
      encoding: 'UTF8',
      collate: 'en_US.UTF-8',
      ctype: 'en_US.UTF-8',
      standby: false,
      extensions: [{ name: 'plpgsql', version: '1.0' }],
      textSettings: { TimeZone: 'UTC', bytea_output: 'hex' },
    },
    client: { version: '16.15', source: 'pgdg' },
    archive: {
      key: printKey({ ...ref, kind: 'archive', encrypted }),
      bytes: 1_048_576,
      sha256: hash('archive'),
      format: 'custom',
      compression: 'zstd:3',
      plainBytes: 1_048_000,
      plainSha256: hash('plain'),
      etag: 'd41d8cd98f00b204e9800998ecf8427e-1',
      checksum: 'CRC64NVME:AAAAAAAAAAA=',
    },
    globals: null,
    proof: { key: printKey({ ...ref, kind: 'proof', encrypted }), bytes: 2048, sha256: hash('proof') },
    totals: { tables: 21, rows: 901_000, rawBytes: 98_000_000, largeObjects: 0 },
    levels: [
      { level: 'listed', at: '2026-11-21T03:17:30Z', figures: { entries: 212, tables: 21 } },
      { level: 'decoded', at: '2026-11-21T03:17:40Z', figures: { rows: 901_000 } },
      { level: 'counted', at: '2026-11-21T03:17:41Z', figures: { tables: 21 } },
      { level: 'stored', at: '2026-11-21T03:17:42Z', figures: { shown: 'checksum' } },
    ],
    warnings: [],
    previous: null,
    run: { url: null, commit: null, actor: null, tool: 'pg-backup-action 0.1.0' },
    retainUntil: null,
    signature: null,
    ...head,
  };
}

export interface SampleBackup {
  readonly change?: Partial<Manifest>;
  readonly signature?: SignatureState;
  /** When its objects were stored; default: a minute after the stamp. */
  readonly modifiedAt?: number;
  /** What lies there instead of the manifest's own bytes. */
  readonly bytes?: Buffer;
  readonly drop?: readonly ('manifest' | 'archive' | 'proof')[];
  readonly archiveBytes?: number;
  readonly archiveEtag?: string;
  readonly held?: boolean;
  readonly tests?: readonly {
    result: Evidence['result'];
    at: string;
    signature?: SignatureState;
    of?: string;
  }[];
}

/** The holdings of a bucket with these backups in it. */
export function holdingsOf(backups: readonly SampleBackup[], change: Partial<Holdings> = {}): Holdings {
  const objects: ListedObject[] = [];
  const manifests = new Map();
  const evidence = new Map();
  for (const backup of backups) {
    const manifest = sampleManifest(backup.change);
    const ref = refOf(manifest);
    const modifiedAt = backup.modifiedAt ?? ref.stamp + 60_000;
    const put = (key: string, bytes: number, etag = 'e') => objects.push({ key, bytes, etag, modifiedAt });
    const drop = backup.drop ?? [];
    const key = printKey({ ...ref, kind: 'manifest' });
    const bytes = backup.bytes ?? printManifest(manifest);
    if (!drop.includes('archive')) {
      const { key: archiveKey, bytes: archiveBytes, etag } = manifest.archive;
      put(archiveKey, backup.archiveBytes ?? archiveBytes, backup.archiveEtag ?? etag);
    }
    if (!drop.includes('proof')) put(manifest.proof.key, manifest.proof.bytes);
    if (!drop.includes('manifest')) {
      put(key, bytes.byteLength);
      manifests.set(key, {
        content: parseManifest(bytes, key),
        signature: backup.signature ?? 'not-required',
      });
    }
    if (backup.held) put(printKey({ ...ref, kind: 'hold' }), 80);
    for (const { result, at, signature, of } of backup.tests ?? []) {
      const testKey = printKey({ ...ref, kind: 'evidence', testStamp: Date.parse(at), testId: 'aaaaaaaa' });
      const content = parseEvidence(
        canonicalJson({
          format: 1,
          result,
          backup: ref.id,
          manifestSha256: of ?? sha256Hex(bytes),
          at,
          signature: null,
          seconds: 12,
        }),
        testKey,
      );
      put(testKey, 200);
      evidence.set(testKey, { content, signature: signature ?? 'not-required' });
    }
  }
  return { name: 'shop', objects, manifests, evidence, now: NOW, ...change };
}

/** Backups of so many nights up to the night of NOW, newest first; ids count up with age. */
export function nights(count: number, change: Partial<Manifest> = {}): SampleBackup[] {
  return Array.from({ length: count }, (_, night) => ({
    change: {
      stamp: formatInstant(Date.parse('2026-11-21T03:17:00Z') - night * DAY),
      id: `n${night.toString().padStart(7, '0')}`,
      ...change,
    },
  }));
}
