// Durations, compressions, loopback hosts: small languages, each with its table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCompression } from '../../../src/inputs/compression.ts';
import { parseDuration } from '../../../src/inputs/duration.ts';
import { isLoopback } from '../../../src/inputs/loopback.ts';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['26h', 93_600_000],
    ['5h45m', 20_700_000],
    ['1w2d3h4m5s', 788_645_000],
    ['0s', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '26',
    '1.5h',
    '-1h',
    '45m5h',
    '1h1h',
    '1 h',
    ' 1h',
    '1H',
    '1mo',
    '1y',
    'h',
    '1e3s',
    '0x1s',
    '1234567s',
    '1ms',
  ])('%j is none', text => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('add up, whatever units they are written in', () => {
    const amount = fc.nat({ max: 999_999 });
    fc.assert(
      fc.property(amount, amount, (hours, seconds) => {
        expect(parseDuration(`${hours}h${seconds}s`)).toBe(hours * 3_600_000 + seconds * 1000);
      }),
    );
  });
});

it.each(['auto', 'none', 'lz4', 'lz4:12', 'zstd:1', 'zstd:22', 'gzip:1', 'gzip:9'])(
  'compression %s',
  text => {
    expect(parseCompression(text)).toBe(text);
  },
);

it.each([
  '',
  'zstd',
  'gzip',
  'zstd:0',
  'zstd:23',
  'gzip:10',
  'lz4:13',
  'none:1',
  'ZSTD:3',
  'zstd:3,long',
  'zstd:-1',
  'constructor:1',
])('no compression: %j', text => {
  expect(parseCompression(text)).toBeUndefined();
});

it.each(['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])(
  '%s is this machine',
  host => {
    expect(isLoopback(host)).toBe(true);
  },
);

it.each([
  '',
  'localhost.example.net',
  '127.0.0.1.example.net',
  '128.0.0.1',
  '::2',
  '0.0.0.0',
  'notlocalhost',
  '10.127.0.0.1',
])('%j is not', host => {
  expect(isLoopback(host)).toBe(false);
});
