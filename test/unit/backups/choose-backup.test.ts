// Which backup a command works on, and why it doesn't.
import { describe, expect, it } from 'vitest';
import { makeCatalog } from '../../../src/backups/catalog.ts';
import { chooseBackup, type Wish } from '../../../src/backups/choose-backup.ts';
import { printKey } from '../../../src/backups/key.ts';
import { refOf } from '../../../src/backups/parse-manifest.ts';
import { parseSelector } from '../../../src/backups/selector.ts';
import { holdingsOf, nights, type SampleBackup, sampleManifest } from './sample.ts';

const LATEST: Wish = { selector: { by: 'latest' } };
const catalogOf = (backups: readonly SampleBackup[]) => makeCatalog(holdingsOf(backups));
const choose = (backups: readonly SampleBackup[], wish: Wish) => {
  const chosen = chooseBackup(catalogOf(backups), wish);
  return 'ok' in chosen ? chosen.ok.ref.id : chosen.not.code;
};
const latest = (backups: readonly SampleBackup[]) => choose(backups, LATEST);
const named = (text: string): Wish => {
  const selector = parseSelector(text);
  if (!selector) throw new Error(`${text} is no selector`);
  return { selector };
};
const [newest = {}, ...older] = nights(3);

describe('latest', () => {
  it('is the newest good one', () => expect(latest(nights(3))).toBe('n0000000'));

  it('is never a safety backup, one dated in the future, or of an identity that was not accepted', () => {
    const safety = { change: { tier: 'safety' as const, stamp: '2026-11-21T03:50:00Z' } };
    const future = { change: { id: 'ffffffff', stamp: '2099-01-01T00:00:00Z' } };
    const stranger = {
      change: {
        id: 'gggggggg',
        stamp: '2026-11-21T03:40:00Z',
        identity: { system: '9', host: null, database: 'shop' },
        identityAccepted: false,
      },
    };
    expect(latest([safety, future, stranger, ...nights(2)])).toBe('n0000000');
  });

  it('passes over a newer one with a failed test, and says so', () => {
    const failed = { ...newest, tests: [{ result: 'failed' as const, at: '2026-11-21T03:30:00Z' }] };
    const chosen = chooseBackup(catalogOf([failed, ...older]), LATEST);
    expect(chosen).toMatchObject({
      ok: { ref: { id: 'n0000001' } },
      passedOver: [{ ref: { id: 'n0000000' } }],
    });
  });

  it('stops at a newest one in doubt instead of falling back', () => {
    expect(latest([{ ...newest, drop: ['archive'] }, ...older])).toBe('PGB517');
    expect(latest([{ ...newest, bytes: Buffer.from('{}') }, ...older])).toBe('PGB527');
    expect(latest([{ ...newest, signature: 'invalid' }, ...older])).toBe('PGB513');
  });

  it('is not one of the identity before, though that one was good in its time', () => {
    const moved = {
      change: { ...newest.change, identity: { system: '9', host: null, database: 'shop' } },
      tests: [{ result: 'failed' as const, at: '2026-11-21T03:30:00Z' }],
    };
    expect(latest([moved, ...older])).toBe('PGB523');
  });

  it('is nothing where nothing counts', () => {
    expect(latest([])).toBe('PGB523');
    expect(latest([{ change: { tier: 'safety' } }])).toBe('PGB523');
  });
});

describe('the newest of a tier, of a level, before a moment', () => {
  const tiers = ['daily', 'weekly', 'monthly'] as const;
  const mixed = nights(6).map((night, at) => {
    const tier = tiers[at % 3] ?? 'daily';
    return { ...night, change: { ...night.change, tier } };
  });

  it('is of that tier', () => {
    expect(choose(mixed, { ...LATEST, tier: 'monthly' })).toBe('n0000002');
    expect(choose(mixed, { ...LATEST, tier: 'yearly' })).toBe('PGB435');
  });

  it('is proven to at least that level', () => {
    const tested = { ...older[0], tests: [{ result: 'passed' as const, at: '2026-11-20T05:00:00Z' }] };
    expect(choose([newest, tested], { ...LATEST, level: 'restored' })).toBe('n0000001');
    expect(choose([newest, tested], { ...LATEST, level: 'stored' })).toBe('n0000000');
    expect(choose([newest], { ...LATEST, level: 'restored' })).toBe('PGB435');
  });

  it('is counted only where it was counted: no higher level stands for that', () => {
    const levels = sampleManifest().levels.filter(({ level }) => level !== 'counted');
    const uncounted = { change: { ...newest.change, levels } };
    expect(choose([uncounted, ...older], { ...LATEST, level: 'counted' })).toBe('n0000001');
    expect(choose([uncounted, ...older], { ...LATEST, level: 'stored' })).toBe('n0000000');
  });

  it('is from before the moment, strictly', () => {
    expect(choose(nights(3), named('before:2026-11-20T03:17:00Z'))).toBe('n0000002');
    expect(choose(nights(3), named('before:2026-11-20T03:17:01Z'))).toBe('n0000001');
    expect(choose(nights(3), named('before:2026-11-19'))).toBe('PGB435');
  });

  it('stops at one in doubt that is the newest before the moment, not at one after it', () => {
    const doubtful = (at: number) =>
      nights(3).map((night, i) => (i === at ? { ...night, drop: ['archive' as const] } : night));
    expect(choose(doubtful(0), named('before:2026-11-21'))).toBe('n0000001');
    expect(choose(doubtful(1), named('before:2026-11-21'))).toBe('PGB517');
    expect(choose(doubtful(0), { ...LATEST, tier: 'daily' })).toBe('PGB517');
  });
});

describe('a backup that is named', () => {
  const keyOf = (backup: SampleBackup, kind: 'archive' | 'manifest') =>
    printKey({ ...refOf(sampleManifest(backup.change)), kind, encrypted: true });

  it('is found by id and by the key of any of its objects', () => {
    const backups = nights(3);
    expect(choose(backups, named('n0000002'))).toBe('n0000002');
    for (const kind of ['archive', 'manifest'] as const)
      expect(choose(backups, named(keyOf(backups[1] ?? {}, kind)))).toBe('n0000001');
    expect(choose(backups, named('zzzzzzzz'))).toBe('PGB434');
  });

  it('is taken while the newest is in doubt, of tier safety, or of another identity', () => {
    expect(choose([{ ...newest, drop: ['archive'] }, ...older], named('n0000001'))).toBe('n0000001');
    const safety = { change: { tier: 'safety' as const } };
    expect(choose([safety, ...nights(1)], named('3f9k2m7q'))).toBe('3f9k2m7q');
    const stranger = {
      change: { identity: { system: '9', host: null, database: 'shop' }, identityAccepted: false },
    };
    expect(choose([...nights(1), stranger], named('3f9k2m7q'))).toBe('3f9k2m7q');
    const failed = { ...newest, tests: [{ result: 'failed' as const, at: '2026-11-21T03:30:00Z' }] };
    expect(choose([failed], named('n0000000'))).toBe('n0000000');
  });

  it.each([
    ['damaged', { bytes: Buffer.from('{}') }, 'PGB527'],
    ['of a newer format', { bytes: Buffer.from('{"format":2}') }, 'PGB528'],
    ['forged', { signature: 'invalid' }, 'PGB513'],
    ['signed by a stranger', { signature: 'unknown-key' }, 'PGB514'],
    ['unsigned where keys are set', { signature: 'unsigned' }, 'PGB515'],
    ['without its archive', { drop: ['archive'] }, 'PGB517'],
    ['with an archive of another size', { archiveBytes: 7 }, 'PGB517'],
  ] as const)('is refused where it is %s', (_, damage, code) => {
    expect(choose([{ ...newest, ...damage }, ...older], named('n0000000'))).toBe(code);
  });

  it('is refused where tier or level beside its name say otherwise', () => {
    expect(choose(nights(1), { ...named('n0000000'), tier: 'monthly' })).toBe('PGB436');
    expect(choose(nights(1), { ...named('n0000000'), level: 'restored' })).toBe('PGB436');
    expect(choose(nights(1), { ...named('n0000000'), tier: 'daily', level: 'stored' })).toBe('n0000000');
  });
});
