// Asks the store everything that the doctor wants to know of it. What depends on something that failed is left out: one
// cause is told once.
import type { Identity } from '../../backups/manifest.ts';
import { Problem, type ProblemCode, Problems } from '../../problems/problem.ts';
import type { NameStatus } from '../../reports/status.ts';
import { isOurUpload } from '../../retention/left-uploads.ts';
import type { Space } from '../../storage/port.ts';
import type { LifecycleRule, Seen } from '../../storage/setup-port.ts';
import { askClocks, type Clocks } from '../clocks.ts';
import { CatalogReader } from '../read-catalog.ts';
import { describe } from '../status/describe.ts';
import { type Probed, probe } from './probe.ts';
import type { DoctorSettings } from './settings.ts';
import type { Answer, Bucket, DoctorWorld } from './world.ts';

export interface BucketFacts {
  readonly versioning: Seen<'on' | 'off' | 'suspended'>;
  readonly objectLock: Seen<'by-default' | 'possible' | 'off'>;
  readonly lifecycle: Seen<readonly LifecycleRule[]>;
}

export interface StoreFacts {
  readonly clocks: Answer<Clocks>;
  /** What lies there of the name; `null`: it answers, and the name isn't known without a database. */
  readonly holds: Answer<NameStatus | null>;
  /** null: a folder, or a store that can't be listed. */
  readonly bucket: Answer<BucketFacts> | null;
  /** Unfinished uploads of ours that are older than a day. */
  readonly oldUploads: Seen<number> | null;
  readonly space: Space | undefined;
  /** null: not asked for. */
  readonly probed: Answer<Probed> | null;
}

export interface Whose {
  /** null: neither given, nor is there a database to ask. */
  readonly name: string | null;
  readonly identity: Identity | null;
}

const DAY_MS = 24 * 3_600_000;
const FORBIDDEN: ProblemCode = 'PGB301';

export async function examineStore(
  world: DoctorWorld,
  bucket: Bucket,
  settings: DoctorSettings,
  whose: Whose,
  signal: AbortSignal,
): Promise<StoreFacts> {
  const { store, setup } = bucket;
  const reading = { ...world, store };
  const clocks = await answerTo(signal, () => askClocks(reading, signal));
  const now = 'ok' in clocks ? clocks.ok.latest : world.now();
  const holds = await answerTo(signal, async () => {
    if (whose.name === null) {
      for await (const _ of store.list('', signal)) break;
      return null;
    }
    const question = {
      name: whose.name,
      now,
      ...(whose.identity && { identity: whose.identity }),
      accepted: settings.acceptIdentity === undefined ? [] : [settings.acceptIdentity],
    };
    return describe(await new CatalogReader(reading).read(question, signal), settings, now);
  });
  const facts = { clocks, holds };
  if ('not' in holds) return { ...facts, bucket: null, oldUploads: null, space: undefined, probed: null };
  const setUp =
    setup &&
    (await answerTo(signal, async () => ({
      versioning: await setup.versioning(signal),
      objectLock: await setup.objectLock(signal),
      lifecycle: await setup.lifecycle(signal),
    })));
  return {
    ...facts,
    bucket: setUp,
    oldUploads: await countOldUploads(bucket, now, signal),
    space: await store.space(signal),
    probed: settings.probe ? await answerTo(signal, () => probe(world, bucket, signal)) : null,
  };
}

async function countOldUploads({ store }: Bucket, now: number, signal: AbortSignal): Promise<Seen<number>> {
  const counted = await answerTo(signal, async () => {
    let count = 0;
    for await (const upload of store.unfinishedUploads('', signal))
      if (isOurUpload(upload, undefined) && now - upload.touchedAt > DAY_MS) count++;
    return count;
  });
  if ('ok' in counted) return { is: counted.ok };
  return counted.not.some(({ code }) => code === FORBIDDEN) ? 'forbidden' : 'unknown';
}

/** Throws what is no Problem, and whatever comes of a cancel. */
export async function answerTo<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: await ask() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problems) return { not: error.all };
    if (error instanceof Problem) return { not: [error] };
    throw error;
  }
}
