import { describe, expect, it } from 'vitest';
import { acceptsIdentity, makeCatalog } from '../../../src/backups/catalog.ts';
import { fingerprint } from '../../../src/backups/identity.ts';
import { printManifest } from '../../../src/backups/parse-manifest.ts';
import { DAY, holdingsOf, NOW, nights, type SampleBackup, sampleManifest } from './sample.ts';

const catalogOf = (backups: readonly SampleBackup[], change = {}) => makeCatalog(holdingsOf(backups, change));
const standings = (backups: readonly SampleBackup[], change = {}) =>
  catalogOf(backups, change).backups.map(({ standing }) => (standing === 'good' ? 'good' : standing.reason));
const codes = (backups: readonly SampleBackup[], change = {}) =>
  catalogOf(backups, change).alarms.map(({ code }) => code);

describe('a catalog', () => {
  it('lists good backups newest first, with all that belongs to them', () => {
    const catalog = catalogOf(nights(3).toReversed());
    expect(catalog.backups.map(({ ref }) => ref.id)).toEqual(['n0000000', 'n0000001', 'n0000002']);
    expect(catalog.backups.every(({ standing, ours }) => standing === 'good' && ours)).toBe(true);
    expect(catalog).toMatchObject({ alarms: [], orphans: [], foreign: [], missingLinks: [] });
    expect(catalog.latestTrouble).toBeUndefined();
    expect(catalog.identityChange).toBeUndefined();
  });

  it('names what goes with a backup in the order of deletion, and never its hold', () => {
    const [backup] = catalogOf([
      { held: true, tests: [{ result: 'passed', at: '2026-11-21T03:30:00Z' }] },
    ]).backups;
    expect(backup?.held).toBe(true);
    expect(backup?.objects.map(({ key }) => key.replace(/^.*3f9k2m7q/, ''))).toEqual([
      '.manifest.json',
      '.evidence.20261121T033000Z-aaaaaaaa.json',
      '.proof.json.age',
      '.dump.age',
    ]);
  });

  it('leaves alone what lies beside a backup and is not named by its manifest', () => {
    const mine = holdingsOf([{}]);
    const stray = {
      key: sampleManifest({ encryption: null }).archive.key,
      bytes: 9,
      etag: 'e',
      modifiedAt: NOW,
    };
    const [backup] = makeCatalog({ ...mine, objects: [stray, ...mine.objects] }).backups;
    expect(backup?.archive?.key).toBe(sampleManifest().archive.key);
    expect(backup?.objects).toHaveLength(3);
    expect(backup?.objects).not.toContain(stray);
  });

  it('counts nothing that is of another name or does not parse', () => {
    const mine = holdingsOf(nights(1));
    const strange = [
      'shop/daily/notes.txt',
      'shop/README',
      'shop2/daily/20261121T031700Z-3f9k2m7q.manifest.json',
    ];
    const objects = [...mine.objects, ...strange.map(key => ({ key, bytes: 1, etag: 'e', modifiedAt: NOW }))];
    const catalog = makeCatalog({ ...mine, objects });
    expect(catalog.backups).toHaveLength(1);
    expect(catalog.foreign).toEqual(strange);
    expect(catalog.orphans).toEqual([]);
  });

  it('is empty for an empty bucket', () => {
    expect(catalogOf([])).toMatchObject({ backups: [], alarms: [], identity: undefined });
  });
});

describe('what does not count', () => {
  const older = nights(3).slice(1);
  const text = printManifest(sampleManifest({ id: 'n0000000' })).toString();
  it.each<[string, SampleBackup, string, boolean]>([
    ['garbage', { bytes: Buffer.from('{"format":1') }, 'unreadable', true],
    [
      'a newer format',
      { bytes: Buffer.from(text.replace('"format":1,', '"format":2,')) },
      'newer-format',
      true,
    ],
    [
      'a manifest of another night',
      { bytes: Buffer.from(text.replace('11-21T03:17:00Z","t', '11-20T03:17:00Z","t')) },
      'misplaced',
      true,
    ],
    ['a bad signature', { signature: 'invalid' }, 'bad-signature', true],
    ['a signer we do not know', { signature: 'unknown-key' }, 'unknown-signer', true],
    ['no signature though keys are set', { signature: 'unsigned' }, 'unsigned', true],
    ['a missing archive', { drop: ['archive'] }, 'file-missing', true],
    ['a shorter archive', { archiveBytes: 1_048_575 }, 'file-missing', true],
    ['a missing proof', { drop: ['proof'] }, 'file-missing', true],
    ['a level not reached', { change: { levels: sampleManifest().levels.slice(0, 3) } }, 'unproven', true],
    ['a stored moment far from its stamp', { modifiedAt: NOW + 2 * DAY }, 'back-dated', false],
    [
      'a failed restore test',
      { tests: [{ result: 'failed', at: '2026-11-21T03:30:00Z' }] },
      'failed-test',
      false,
    ],
  ])('%s', (_, backup, reason, isTrouble) => {
    const newest = { ...backup, change: { id: 'n0000000', ...backup.change } };
    const catalog = catalogOf([newest, ...older]);
    expect(catalog.backups[0]?.standing).toMatchObject({ reason, not: expect.any(String) });
    expect(catalog.backups.slice(1).every(({ standing }) => standing === 'good')).toBe(true);
    expect(catalog.latestTrouble?.reason).toBe(isTrouble ? reason : undefined);
  });

  it('does not stop `latest` when it is not the newest', () => {
    const [newest, ...rest] = nights(3);
    const catalog = catalogOf([
      newest ?? {},
      ...rest.map(backup => ({ ...backup, drop: ['archive'] as const })),
    ]);
    expect(catalog.latestTrouble).toBeUndefined();
    expect(catalog.alarms).toMatchObject([
      { code: 'PGB517', summary: expect.stringContaining('2 backups, n0000001, n0000002') },
    ]);
  });

  it('includes a backup whose manifest was listed and could not be fetched', () => {
    const holdings = holdingsOf(nights(1));
    expect(makeCatalog({ ...holdings, manifests: new Map() }).backups[0]?.standing).toMatchObject({
      reason: 'unreadable',
    });
  });

  it('includes both backups that carry one id, and neither may be deleted', () => {
    const catalog = catalogOf([{}, { change: { tier: 'weekly' } }]);
    expect(catalog.backups.map(({ ours }) => ours)).toEqual([false, false]);
    expect(catalog.latestTrouble?.reason).toBe('duplicate-id');
  });

  it('may not be deleted unless it is provably ours', () => {
    const backups: SampleBackup[] = [
      { signature: 'invalid', change: { id: 'aaaaaaaa' } },
      { signature: 'unsigned', change: { id: 'bbbbbbbb' } },
      { bytes: Buffer.from('x'), change: { id: 'cccccccc' } },
      { signature: 'valid', change: { id: 'dddddddd' } },
    ];
    const ours = catalogOf(backups).backups.filter(backup => backup.ours);
    expect(ours.map(({ ref }) => ref.id)).toEqual(['dddddddd']);
  });
});

describe('dates', () => {
  const future = { change: { id: 'ffffffff', stamp: '2099-01-01T00:00:00Z' }, modifiedAt: NOW };
  it('in the future are never the newest, fill nothing, and are told', () => {
    const catalog = catalogOf([future, ...nights(1)]);
    expect(catalog.backups.map(({ standing }) => standing === 'good')).toEqual([false, true]);
    expect(catalog.latestTrouble).toBeUndefined();
    expect(catalog.alarms).toMatchObject([{ code: 'PGB519', loud: true }]);
  });

  it('in the future are no trouble of the newest, whatever else is wrong with them', () => {
    const broken = { ...future, drop: ['archive' as const] };
    expect(catalogOf([broken, ...nights(1)]).latestTrouble).toBeUndefined();
    expect(catalogOf([{ ...future, bytes: Buffer.from('x') }, ...nights(1)]).latestTrouble).toBeUndefined();
  });

  it('far from when it was stored do not count, unless signed', () => {
    expect(standings([{ modifiedAt: NOW + 3 * DAY }])).toEqual(['back-dated']);
    expect(standings([{ modifiedAt: NOW - 3 * DAY }])).toEqual(['back-dated']);
    expect(standings([{ modifiedAt: NOW + 3 * DAY, signature: 'valid' }])).toEqual(['good']);
  });

  it('of a long dump are as late as the dump was long, up to a week', () => {
    const days = (count: number) => ({
      change: { durationSeconds: count * 86_400 },
      modifiedAt: NOW + 2 * DAY,
    });
    expect(standings([days(2)])).toEqual(['good']);
    const forged = { change: { durationSeconds: 1e9 }, modifiedAt: NOW + 30 * DAY };
    expect(standings([forged])).toEqual(['back-dated']);
  });
});

describe('signatures turned on', () => {
  const signed = nights(2).map(backup => ({ ...backup, signature: 'valid' as const }));
  const before = nights(4)
    .slice(2)
    .map(backup => ({ ...backup, signature: 'unsigned' as const }));

  it('leave what was there before uncounted, without alarm', () => {
    expect(standings([...signed, ...before])).toEqual(['good', 'good', 'unsigned', 'unsigned']);
    expect(codes([...signed, ...before])).toEqual([]);
  });

  it('raise an alarm where an unsigned one comes after a signed one', () => {
    const [newest = {}, second = {}] = signed;
    const catalog = catalogOf([{ ...newest, signature: 'unsigned' }, second, ...before]);
    expect(catalog.alarms).toMatchObject([{ code: 'PGB515', summary: expect.stringContaining('n0000000') }]);
    expect(catalog.latestTrouble).toMatchObject({ id: 'n0000000', reason: 'unsigned' });
  });
});

describe('restore tests', () => {
  const [at1, at2] = ['2026-11-21T03:30:00Z', '2026-11-21T03:40:00Z'];
  const tested = (tests: SampleBackup['tests']) => catalogOf([{ tests: tests ?? [] }]).backups[0];

  it('count by the newest that speaks of this very manifest', () => {
    expect(tested([{ result: 'passed', at: at1 }])?.tested).toEqual({
      result: 'passed',
      at: Date.parse(at1),
    });
    expect(
      tested([
        { result: 'failed', at: at1 },
        { result: 'passed', at: at2 },
      ])?.standing,
    ).toBe('good');
    expect(
      tested([
        { result: 'failed', at: at2 },
        { result: 'passed', at: at1 },
      ])?.standing,
    ).toMatchObject({
      reason: 'failed-test',
    });
    expect(tested([{ result: 'passed', at: at1, of: 'ab'.repeat(32) }])?.tested).toBeUndefined();
  });

  it('that passed need a trusted signature, and a moment that has come', () => {
    expect(tested([{ result: 'passed', at: at1, signature: 'unsigned' }])?.tested).toBeUndefined();
    expect(codes([{ tests: [{ result: 'passed', at: at1, signature: 'unsigned' }] }])).toEqual(['PGB526']);
    expect(tested([{ result: 'passed', at: '2030-01-01T00:00:00Z' }])?.tested).toBeUndefined();
  });

  it('that failed count whoever recorded it', () => {
    expect(tested([{ result: 'failed', at: at1, signature: 'unsigned' }])?.standing).not.toBe('good');
  });
});

describe('identity', () => {
  const mine = sampleManifest().identity;
  const other = { system: '99', host: 'new.example.net', database: 'shop' };
  const moved = { change: { id: 'mmmmmmmm', identity: other, identityAccepted: false } };

  it('that changed suspends prune, and the new backup does not count', () => {
    const catalog = catalogOf([moved, ...nights(3).slice(1)]);
    expect(catalog.backups.map(({ standing }) => standing === 'good')).toEqual([false, true, true]);
    expect(catalog.backups[0]?.ours).toBe(false);
    expect(catalog.identityChange).toMatchObject({ fingerprint: fingerprint(other) });
    expect(catalog.identity).toEqual(mine);
    expect(catalog.latestTrouble).toBeUndefined();
  });

  it('stays changed however many backups follow, until it is accepted once', () => {
    const night = (id: string, hour: number, accepted: boolean) => ({
      change: { id, stamp: `2026-11-21T0${hour}:00:00Z`, identity: other, identityAccepted: accepted },
    });
    const before = [night('aaaaaaaa', 0, false), night('bbbbbbbb', 1, false), ...nights(3).slice(1)];
    expect(catalogOf(before).identityChange).toBeDefined();
    const after = catalogOf([...before, night('cccccccc', 2, true)]);
    expect(after.identityChange).toBeUndefined();
    expect(after.identity).toEqual(other);
    expect(after.backups.every(({ standing, ours }) => standing === 'good' && ours)).toBe(true);
  });

  it('accepted by fingerprint counts at once', () => {
    const catalog = catalogOf([moved, ...nights(3).slice(1)], { accepted: [fingerprint(other)] });
    expect(catalog.identityChange).toBeUndefined();
    expect(catalog.backups[0]?.standing).toBe('good');
  });

  it('of the database asked just now is compared as well', () => {
    const changed = catalogOf(nights(2), { identity: other });
    expect(changed.identityChange).toMatchObject({ fingerprint: fingerprint(other) });
    expect(acceptsIdentity(changed, other)).toBe(false);
    expect(acceptsIdentity(changed, mine)).toBe(true);
    const accepted = catalogOf(nights(2), { identity: other, accepted: [fingerprint(other)] });
    expect(accepted.identityChange).toBeUndefined();
    expect(acceptsIdentity(accepted, other)).toBe(true);
    expect(acceptsIdentity(catalogOf([], { identity: other }), other)).toBe(true);
  });

  it('is not taken from a manifest dated in the future', () => {
    const future = { change: { ...moved.change, identityAccepted: true, stamp: '2099-01-01T00:00:00Z' } };
    expect(catalogOf([future, ...nights(2)]).identity).toEqual(mine);
  });

  it('is not taken from a manifest that is not trusted', () => {
    const forged = {
      ...moved,
      change: { ...moved.change, identityAccepted: true },
      signature: 'invalid' as const,
    };
    const catalog = catalogOf([
      forged,
      ...nights(3)
        .slice(1)
        .map(backup => ({ ...backup, signature: 'valid' as const })),
    ]);
    expect(catalog.identity).toEqual(mine);
  });
});

describe('links', () => {
  const previous = (id: string, manifestSha256: string) => ({
    previous: { id, tier: 'daily' as const, stamp: '2026-11-20T03:17:00Z', manifestSha256 },
  });

  it('to what is gone are listed', () => {
    const catalog = catalogOf([{ change: previous('gggggggg', 'ab'.repeat(32)) }]);
    expect(catalog.missingLinks).toMatchObject([{ id: 'gggggggg', tier: 'daily' }]);
    expect(catalog.alarms).toEqual([]);
  });

  it('of a manifest that is not trusted say nothing', () => {
    const forged = { change: previous('gggggggg', 'ab'.repeat(32)), signature: 'invalid' as const };
    expect(catalogOf([forged]).missingLinks).toEqual([]);
  });

  it('to what has changed since raise an alarm, to what is the same none', () => {
    const [, night = {}] = nights(2);
    const sha = catalogOf([night]).backups[0]?.manifestSha256 ?? '';
    expect(codes([{ change: previous('n0000001', sha) }, night])).toEqual([]);
    expect(codes([{ change: previous('n0000001', 'ab'.repeat(32)) }, night])).toEqual(['PGB524']);
  });
});

describe('orphans', () => {
  it('are what lies about without a manifest, with the age of their newest object', () => {
    const catalog = catalogOf([{ drop: ['manifest'], modifiedAt: NOW - 8 * DAY }, ...nights(1)]);
    expect(catalog.backups).toHaveLength(1);
    expect(catalog.orphans).toMatchObject([
      { modifiedAt: NOW - 8 * DAY, held: false, ref: { id: '3f9k2m7q' } },
    ]);
    expect(catalog.orphans[0]?.objects).toHaveLength(2);
  });

  it('are not made by a manifest that cannot be read', () => {
    expect(catalogOf([{ bytes: Buffer.from('x') }]).orphans).toEqual([]);
  });
});
