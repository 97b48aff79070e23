// What `fetch` keeps and what it takes away again.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/backups/selector.ts';
import { type FetchSettings, fetchFile, type Sink } from '../../src/commands/fetch/fetch.ts';
import type { OpeningWorld } from '../../src/commands/world.ts';
import { Problem } from '../../src/problems/problem.ts';
import { noRoomForDownload, overloaded } from '../../src/problems/storage.ts';
import { backupsIn, type CommandWorld, commandWorld, DAY, never, nights } from '../parts/command-world.ts';

interface Fetched {
  readonly code: string | undefined;
  readonly fate: 'never opened' | 'open' | 'kept' | 'discarded';
  readonly bytes: Buffer;
}

async function fetch(
  { world }: CommandWorld,
  change: Partial<FetchSettings> & { backup?: string } = {},
  write?: (written: number) => void,
  signal = never,
): Promise<Fetched> {
  const selector = parseSelector(change.backup ?? 'latest');
  if (!selector) throw new Error('no selector');
  const { backup: _, ...rest } = change;
  const settings: FetchSettings = {
    name: undefined,
    wish: { selector },
    thaw: 'off',
    what: 'archive',
    decrypt: true,
    ...rest,
  };
  const pieces: Buffer[] = [];
  let fate: Fetched['fate'] = 'never opened';
  const sink: Sink = {
    async write(bytes) {
      pieces.push(Buffer.from(bytes));
      write?.(Buffer.concat(pieces).length);
    },
    async keep() {
      fate = 'kept';
    },
    async discard() {
      fate = 'discarded';
    },
  };
  const openSink = async () => {
    fate = 'open';
    return sink;
  };
  const opening: OpeningWorld = { ...world, opener: null };
  const code = await fetchFile(opening, settings, openSink, signal).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Problem) return error.code;
      if (error instanceof Error && error.name === 'AbortError') return 'aborted';
      throw error;
    },
  );
  return { code, fate, bytes: Buffer.concat(pieces) };
}

async function twoNights() {
  const test = commandWorld();
  await nights(test, 2);
  test.clock.now -= DAY;
  return test;
}

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('fetch', () => {
  it('brings each file of the backup, as its manifest says', async () => {
    const test = await twoNights();
    const newest = backupsIn(test.store).at(-1);
    for (const what of ['archive', 'proof', 'globals'] as const) {
      const { code, fate, bytes } = await fetch(test, { what });
      expect([code, fate, sha(bytes)]).toEqual([undefined, 'kept', newest?.manifest[what]?.sha256]);
    }
    const { bytes } = await fetch(test, { what: 'manifest' });
    expect(bytes).toEqual(test.store.objects.get(newest?.key ?? '')?.bytes);
  });

  it('keeps nothing whose bytes are not those that were stored', async () => {
    const test = await twoNights();
    const newest = backupsIn(test.store).at(-1);
    for (const what of ['archive', 'proof', 'globals'] as const) {
      const stored = test.store.objects.get(newest?.manifest[what]?.key ?? '');
      stored?.bytes.fill(0x20, 3, 4);
      expect(await fetch(test, { what })).toMatchObject({ code: 'PGB440', fate: 'discarded' });
    }
  });

  it('takes away what it wrote where the store breaks off, the disk is full or the run is cancelled', async () => {
    const test = await twoNights();
    const full = () => {
      throw noRoomForDownload('app.dump', 9, undefined);
    };
    expect(await fetch(test, {}, full)).toMatchObject({ code: 'PGB329', fate: 'discarded' });
    const controller = new AbortController();
    const cancelled = await fetch(test, {}, () => controller.abort(), controller.signal);
    expect(cancelled).toMatchObject({ code: 'aborted', fate: 'discarded' });
    const step = { doing: 'read an object', action: 's3:GetObject', place: 's3://b/p' };
    test.store.refuse = (call, key) =>
      call === 'read' && key.endsWith('.dump') ? overloaded(step, 3, {}) : undefined;
    expect(await fetch(test)).toMatchObject({ code: 'PGB309', fate: 'discarded' });
  });

  it('opens nothing where there is nothing to bring', async () => {
    const test = await twoNights();
    const closed = { fate: 'never opened' };
    expect(await fetch(test, { backup: 'zzzzzzzz' })).toMatchObject({ code: 'PGB434', ...closed });
    expect(await fetch(test, { backup: 'before:2020-01-01' })).toMatchObject({ code: 'PGB435', ...closed });
    expect(await fetch(test, { name: 'other' })).toMatchObject({ code: 'PGB523', ...closed });
    expect(await fetch(commandWorld())).toMatchObject({ code: 'PGB433', ...closed });
    test.store.objects.delete(backupsIn(test.store).at(-1)?.manifest.archive.key ?? '');
    expect(await fetch(test)).toMatchObject({ code: 'PGB517', ...closed });
  });

  it('asks whose backup is meant where several lie there, unless its id says it', async () => {
    const test = await twoNights();
    await test.run({ name: 'second' });
    expect(await fetch(test)).toMatchObject({ code: 'PGB432' });
    expect(await fetch(test, { name: 'second' })).toMatchObject({ fate: 'kept' });
    const id = backupsIn(test.store).find(({ manifest }) => manifest.name === 'second')?.manifest.id ?? '';
    expect(await fetch(test, { backup: id })).toMatchObject({ fate: 'kept' });
  });
});
