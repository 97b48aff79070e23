// The world of a command's tests: a store and a server in memory, a clock that only tests move, and every line that was
// logged. What a night's run of `backup` comes to is one call away.
import { createHash } from 'node:crypto';
import type { Instant } from '../../src/backups/instant.ts';
import { parseKey, printKey } from '../../src/backups/key.ts';
import type { Manifest } from '../../src/backups/manifest.ts';
import { parseManifest } from '../../src/backups/parse-manifest.ts';
import { backup } from '../../src/commands/backup/backup.ts';
import type { BackupSettings } from '../../src/commands/backup/settings.ts';
import type { World } from '../../src/commands/world.ts';
import { parseProof } from '../../src/proof/parse-proof.ts';
import type { BackupOutcome } from '../../src/reports/outcome.ts';
import { parsePolicy } from '../../src/retention/policy.ts';
import type { StoredUpload } from '../../src/storage/port.ts';
import { decodeArchive } from './fake-archive.ts';
import { type FakePostgres, fakePostgres } from './fake-postgres.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';

export const NIGHT = Date.parse('2026-11-21T03:17:00Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface CommandWorld {
  readonly world: World;
  readonly store: MemoryStore;
  readonly postgres: FakePostgres;
  readonly clock: { now: Instant };
  readonly lines: string[];
  /** References of uploads that the journal still names: what `post` would drop. */
  readonly journal: Set<string>;
  run(change?: Partial<BackupSettings>, signal?: AbortSignal): Promise<BackupOutcome>;
}

export interface CommandWorldOptions {
  readonly world?: Partial<World>;
  readonly shown?: StoredUpload['shown'];
  /** Continues what another run left. */
  readonly store?: MemoryStore;
  readonly clock?: { now: Instant };
}

export const never = new AbortController().signal;
let worlds = 0;

export function commandWorld(options: CommandWorldOptions = {}): CommandWorld {
  const clock = options.clock ?? { now: NIGHT };
  const now = () => clock.now;
  const { shown } = options;
  const store = options.store ?? memoryStore({ now, ...(shown && { shown }) });
  const postgres = fakePostgres({ now });
  const lines: string[] = [];
  const journal = new Set<string>();
  let started: string | undefined;
  worlds += 1;
  let drawn = worlds * 1_000;
  const world: World = {
    now,
    store,
    postgres,
    verifier: null,
    encryption: null,
    signer: null,
    random(bytes) {
      drawn += 1;
      return createHash('sha256').update(String(drawn)).digest().subarray(0, bytes);
    },
    log: {
      stage(title, work) {
        lines.push(title);
        return work();
      },
      info: line => void lines.push(line),
      warn: warning => void lines.push(`${warning.code} ${warning.summary}`),
      progress() {},
    },
    journal: {
      uploadStarted(reference) {
        started = reference;
        journal.add(reference);
      },
      serverMade() {},
      serverGone() {},
      uploadEnded() {
        if (started !== undefined) journal.delete(started);
      },
    },
    clean: text => text,
    async pause(milliseconds, signal) {
      signal.throwIfAborted();
      clock.now += milliseconds;
    },
    run: { url: null, commit: null, actor: null, tool: 'pg-backup-action test' },
    ...options.world,
  };
  return {
    world,
    store,
    postgres,
    clock,
    lines,
    journal,
    run: async (change = {}, signal = never) =>
      (await backup(world, { ...settings(), ...change }, signal)).outcome,
  };
}

/** What the inputs' defaults come to, with a retention of fourteen days. */
export function settings(): BackupSettings {
  return {
    name: undefined,
    tier: 'daily',
    timezone: 'UTC',
    policy: policy('daily: 14d'),
    minKeep: 3,
    maxDelete: 10,
    prune: true,
    compression: 'auto',
    counts: true,
    acceptIdentity: undefined,
    lockWaitTimeoutMs: 300_000,
    shrinkGuardPercent: 50,
    allowEmpty: false,
    dryRun: false,
    detail: 'full',
    warnings: [],
  };
}

export function policy(text: string): NonNullable<BackupSettings['policy']> {
  const parsed = parsePolicy(text);
  if ('not' in parsed) throw parsed.not[0];
  return parsed.ok;
}

/** So many nights, one run each; the clock stands at the night after them. */
export async function nights(
  { run, clock }: CommandWorld,
  count: number,
  change: Partial<BackupSettings> = {},
): Promise<BackupOutcome[]> {
  const outcomes: BackupOutcome[] = [];
  for (let night = 0; night < count; night++) {
    outcomes.push(await run(change));
    clock.now += DAY;
  }
  return outcomes;
}

/** Every manifest in the store, with what a person would find wrong about its backup; oldest first. */
export function backupsIn({ objects }: MemoryStore): { key: string; manifest: Manifest; wrong: string[] }[] {
  const found = [...objects].flatMap(([key, { bytes }]) => {
    if (parseKey(key)?.kind !== 'manifest') return [];
    const parsed = parseManifest(bytes, key);
    if ('not' in parsed) throw new Error(`${key}: ${parsed.why}`);
    return [{ key, manifest: parsed.ok, wrong: findWrong(parsed.ok, objects) }];
  });
  return found.sort((a, b) => (a.manifest.stamp < b.manifest.stamp ? -1 : 1));
}

/** Keys that belong to no backup with a manifest. */
export function orphansIn(store: MemoryStore): string[] {
  const stems = new Set(backupsIn(store).map(({ key }) => key.replace(/manifest\.json$/, '')));
  return [...store.objects.keys()].filter(key => {
    const parsed = parseKey(key);
    return !parsed || !stems.has(printKey({ ...parsed, kind: 'manifest' }).replace(/manifest\.json$/, ''));
  });
}

function findWrong(manifest: Manifest, objects: MemoryStore['objects']): string[] {
  const { archive, proof, globals, encryption } = manifest;
  const files = [archive, proof, ...(globals ? [globals] : [])];
  const broken = files.filter(({ key, bytes, sha256 }) => {
    const there = objects.get(key)?.bytes;
    return !there || there.length !== bytes || sha(there) !== sha256;
  });
  if (broken.length > 0 || encryption) return broken.map(({ key }) => `${key} is not as the manifest says`);
  const plain = objects.get(archive.key)?.bytes ?? Buffer.alloc(0);
  const { not, sql } = decodeArchive(plain);
  if (not !== undefined) return [`the archive does not decode: ${not}`];
  const proven = parseProof(objects.get(proof.key)?.bytes ?? Buffer.alloc(0), proof.key);
  return proven.tables
    .filter(
      ({ name, bytes }) =>
        sql.split(`COPY ${name} `)[1]?.split(' FROM stdin;\n')[1]?.split('\\.\n')[0]?.length !== bytes,
    )
    .map(({ name }) => `the proof of ${name} is not of this archive`);
}

function sha(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
