import { describe, expect, it } from 'vitest';
import { makeCatalog } from '../../../src/backups/catalog.ts';
import { linkToPrevious, toBackupLines, toCandidates } from '../../../src/backups/choose.ts';
import { holdingsOf, nights, type SampleBackup } from './sample.ts';

const catalogOf = (backups: readonly SampleBackup[]) => makeCatalog(holdingsOf(backups));
const [newest = {}, ...older] = nights(3);

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
