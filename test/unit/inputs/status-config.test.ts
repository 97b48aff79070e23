// What a status is told: each threshold, or that it is off, and places to write to that are not among the backups.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSize } from '../../../src/inputs/size.ts';
import { readStatusInputs } from '../../../src/inputs/status-config.ts';

function read(inputs: Record<string, string>) {
  const raw = new Map(Object.entries({ destination: 's3://bucket/pg', ...inputs }));
  const { config, problems } = readStatusInputs(raw);
  return { config, codes: problems.map(({ code }) => code) };
}

describe('thresholds', () => {
  it('have defaults for a nightly backup', () => {
    expect(read({}).config).toMatchObject({
      failOn: 'critical',
      shrinkGuardPercent: 50,
      statusDestination: undefined,
      metricsFile: undefined,
      thresholds: {
        maxAgeMs: 26 * 3_600_000,
        maxIdleMs: 48 * 3_600_000,
        minBackups: 2,
        minBytes: null,
        maxBytes: null,
        restoredWithinMs: 35 * 86_400_000,
        minFree: { share: 0.1 },
      },
    });
  });

  it('can all be off', () => {
    const names = [
      'max-age',
      'max-idle',
      'min-backups',
      'min-size',
      'max-size',
      'shrink-guard',
      'restored-within',
    ];
    const off = Object.fromEntries([...names, 'min-free'].map(name => [name, 'off']));
    const { config, codes } = read(off);
    expect(codes).toEqual([]);
    expect(Object.values(config?.thresholds ?? { none: 0 }).every(value => value === null)).toBe(true);
    expect(config?.shrinkGuardPercent).toBeNull();
  });

  it.each<[Record<string, string>, string[]]>([
    [{ 'min-size': '64MiB', 'max-size': '1.5 GiB' }, []],
    [{ 'min-size': '64' }, ['PGB555']],
    [{ 'min-free': '50GiB' }, []],
    [{ 'min-free': '100' }, ['PGB556']],
    [{ 'min-free': '100%' }, ['PGB556']],
    [{ 'max-age': '26' }, ['PGB104']],
    [{ 'fail-on': 'error' }, ['PGB102']],
  ])('%j: %j', (inputs, codes) => {
    expect(read(inputs).codes).toEqual(codes);
  });
});

describe('`status-destination`', () => {
  it.each<[string, string, string[]]>([
    ['s3://bucket/pg', 's3://bucket/pg', ['PGB557']],
    ['s3://bucket/pg', 's3://bucket/pg/status', ['PGB557']],
    ['s3://bucket/pg', 's3://bucket/pg-status', []],
    ['s3://bucket/pg', 's3://bucket', []],
    ['s3://bucket', 's3://bucket/status', ['PGB557']],
    ['s3://bucket/pg', 's3://other/pg', []],
    ['s3://bucket/pg', 'file:///srv/www', []],
    ['file:///backups', 'file:///backups/status', ['PGB557']],
    ['file:///backups', 'file:///backups-status', []],
    ['s3://bucket/pg', 'ftp://x', ['PGB558']],
  ])('of backups at %s, %s: %j', (destination, own, codes) => {
    expect(read({ destination, 'status-destination': own }).codes).toEqual(codes);
  });

  it('is reached as the backups are', () => {
    const { config } = read({
      's3-endpoint': 'https://s3.example.org',
      's3-region': 'eu-central-1',
      'status-destination': 's3://other/status',
    });
    expect(config?.statusDestination).toMatchObject({
      kind: 's3',
      bucket: 'other',
      prefix: 'status',
      endpoint: 'https://s3.example.org',
      region: 'eu-central-1',
    });
  });

  it('what is wrong with the store is told once', () => {
    const { codes } = read({ 's3-force-path-style': 'maybe', 'status-destination': 's3://other/x' });
    expect(codes).toEqual(['PGB101']);
  });
});

describe('sizes', () => {
  it.each<[string, number | undefined]>([
    ['0B', 0],
    ['512B', 512],
    ['64KiB', 65_536],
    ['1.5GiB', 1_610_612_736],
    ['500 MB', 500_000_000],
    ['2kB', 2_000],
    ['1TiB', 1024 ** 4],
    ['64', undefined],
    ['64M', undefined],
    ['64mib', undefined],
    ['-1MiB', undefined],
    ['1e3MiB', undefined],
    ['', undefined],
    ['MiB', undefined],
    ['1 000MB', undefined],
    ['5iB', undefined],
  ])('%j is %j', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it('whole numbers of any unit come back as they are', () => {
    const units = { B: 1, KiB: 1024, MiB: 1024 ** 2, kB: 1000, MB: 1000 ** 2 } as const;
    fc.assert(
      fc.property(fc.nat(999_999), fc.constantFrom(...Object.entries(units)), (amount, [unit, factor]) => {
        expect(parseSize(`${amount}${unit}`)).toBe(amount * factor);
      }),
    );
  });
});
