import { describe, expect, it } from 'vitest';
import { makeCatalog } from '../../../src/backups/catalog.ts';
import { chooseLatest, linkToPrevious, toBackupLines, toCandidates } from '../../../src/backups/choose.ts';
import { holdingsOf, nights, type SampleBackup } from './sample.ts';

const catalogOf = (backups: readonly SampleBackup[]) => makeCatalog(holdingsOf(backups));
const latest = (backups: readonly SampleBackup[]) => {
  const chosen = chooseLatest(catalogOf(backups));
  return 'ok' in chosen ? chosen.ok.ref.id : chosen.not.code;
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
    const chosen = chooseLatest(catalogOf([failed, ...older]));
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

describe('the link of the next backup', () => {
  it('is to the newest good one of whatever tier', () => {
    const catalog = catalogOf([{ ...newest, drop: ['archive'] }, ...older]);
    expect(linkToPrevious(catalog)).toEqual({
      id: 'n0000001',
      tier: 'daily',
      stamp: '2026-11-20T03:17:00Z',
      manifestSha256: catalog.backups[1]?.manifestSha256,
    });
    expect(linkToPrevious(catalogOf([]))).toBeNull();
  });
});

describe('candidates and lines', () => {
  const tested = {
    ...newest,
    tests: [{ result: 'passed' as const, at: '2026-11-21T03:30:00Z' }],
    held: true,
  };
  const catalog = catalogOf([tested, { ...(older[0] ?? {}), bytes: Buffer.from('x') }]);

  it('tell retention what it needs', () => {
    expect(toCandidates(catalog, new Map([['n0000001', 5]]))).toEqual([
      {
        id: 'n0000000',
        stamp: Date.parse('2026-11-21T03:17:00Z'),
        tier: 'daily',
        bytes: catalog.backups[0]?.objects.reduce((sum, { bytes }) => sum + bytes, 0),
        standing: 'good',
        ours: true,
        restoreTested: true,
        held: true,
        lockedUntil: undefined,
      },
      expect.objectContaining({
        ours: false,
        standing: { not: expect.stringContaining('cannot be read') },
        lockedUntil: 5,
      }),
    ]);
  });

  it('show every backup, oldest first, even one that cannot be read', () => {
    expect(toBackupLines(catalog)).toMatchObject([
      { id: 'n0000001', rows: 0, bytes: 1_048_576, notCounted: expect.stringContaining('cannot be read') },
      { id: 'n0000000', rows: 901_000, level: 'restored', restoreTested: true, held: true },
    ]);
    expect(toBackupLines(catalogOf(nights(1)))[0]?.level).toBe('stored');
  });
});
