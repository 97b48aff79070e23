// What a prune is told: nothing of it may be guessed, and the way that deletes must be asked for.
import { describe, expect, it } from 'vitest';
import { readPruneInputs } from '../../../src/inputs/prune-config.ts';

const NEEDED = { destination: 'file:///backups', retention: 'daily: 30d' };

function read(inputs: Record<string, string>, event: string | null = null) {
  const outside = { environment: {}, event, readText: () => '' };
  const { config, problems } = readPruneInputs(new Map(Object.entries({ ...NEEDED, ...inputs })), outside);
  return { config, codes: problems.map(({ code }) => code) };
}

describe('the inputs of a prune', () => {
  it('plan only, keep for a week what may still be written to, and look at all names', () => {
    const { config, codes } = read({});
    expect(codes).toEqual([]);
    expect(config).toMatchObject({
      name: undefined,
      dryRun: true,
      graceMs: 7 * 86_400_000,
      minKeep: 3,
      maxDelete: 10,
      shrinkGuardPercent: 50,
      asOf: undefined,
      confirm: [],
      policy: { daily: [{ keep: 'age' }] },
    });
  });

  it('`dry-run: false` and several hashes', () => {
    expect(read({ 'dry-run': 'false', confirm: 'aaaa, bbbb\ncccc' }).config).toMatchObject({
      dryRun: false,
      confirm: ['aaaa', 'bbbb', 'cccc'],
    });
  });

  it.each<[Record<string, string>, string[]]>([
    [{ retention: '' }, ['PGB540']],
    [{ retention: 'daily: 30' }, []],
    [{ retention: 'daily: 12m' }, ['PGB503']],
    [{ 'as-of': 'now' }, ['PGB542']],
    [{ 'as-of': 'now', name: 'shop' }, []],
    [{ 'as-of': '2026-11-21T03:17Z', name: 'shop' }, []],
    [{ 'as-of': 'yesterday', name: 'shop' }, ['PGB541']],
    [{ 'dry-run': 'no' }, ['PGB101']],
    [{ grace: '7' }, ['PGB104']],
    [{ grace: '0d' }, ['PGB104']],
  ])('%j: %j', (inputs, codes) => {
    expect(read(inputs).codes).toEqual(codes);
  });

  it('are refused on an event that a stranger may start, unless it is allowed', () => {
    expect(read({}, 'pull_request').codes).toEqual(['PGB140']);
    expect(read({ 'allow-event': 'pull_request' }, 'pull_request').codes).toEqual([]);
    expect(read({}, 'schedule').codes).toEqual([]);
  });
});
