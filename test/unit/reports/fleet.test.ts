// A fleet's notes and their summary: what is written is read again, what is not ours is not believed, and a database without
// a note counts as not backed up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFleetSummaryInputs } from '../../../src/inputs/fleet-summary-config.ts';
import { type FleetNote, makeNote, parseNote, printNote } from '../../../src/reports/fleet-note.ts';
import { type FleetOutcome, fleetOutputsOf, judgeFleet } from '../../../src/reports/fleet-outcome.ts';
import { fleetNotice, fleetVerdict, renderFleetSummary } from '../../../src/reports/fleet-summary.ts';

const GOOD = {
  result: 'success',
  'backup-id': 'k3mz81aq',
  tier: 'daily',
  'size-bytes': '2048',
  level: 'stored',
  'duration-seconds': '7',
  warnings: '[]',
};

function outcomeOf(names: readonly string[], notes: readonly FleetNote[]): FleetOutcome {
  return {
    command: 'fleet-summary',
    ...judgeFleet(names, notes),
    place: '',
    startedAt: 0,
    durationSeconds: 1,
    warnings: [],
    stages: [],
    runUrl: null,
    detail: 'full',
  };
}

describe('a note', () => {
  it('comes back as it was written, whatever the outputs were', () => {
    const outputs = fc.dictionary(fc.constantFrom(...Object.keys(GOOD)), fc.string({ maxLength: 60 }));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), outputs, (name, given) => {
        const note = makeNote(name, given);
        expect(parseNote(Buffer.from(printNote(note)))).toEqual(note);
      }),
    );
  });

  it('of a backup that never began is a failure', () => {
    expect(makeNote('shop', {})).toMatchObject({ result: 'failed', backupId: '', bytes: null, warnings: 0 });
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['another format', printNote(makeNote('a', GOOD)).replace('"format": 1', '"format": 2')],
    ['a size that is none', printNote(makeNote('a', GOOD)).replace('2048', '-1')],
    ['a text without end', printNote(makeNote('a', GOOD)).replace('daily', 'd'.repeat(501))],
  ])('of %s is not believed', (_, text) => {
    expect(parseNote(Buffer.from(text))).toBeUndefined();
  });
});

describe('the summary', () => {
  const notes = [
    makeNote('shop', GOOD),
    makeNote('blog', { ...GOOD, result: 'degraded', warnings: '["PGB1 x"]' }),
  ];

  it('is good where each has a backup, and names what to look at', () => {
    const outcome = outcomeOf(['shop', 'blog'], notes);
    expect(outcome).toMatchObject({ result: 'degraded', problems: [] });
    expect(fleetOutputsOf(outcome)).toEqual({ 'backed-up': '2', failed: '0', result: 'degraded' });
    expect(fleetVerdict(outcome)).toBe('Backed up all 2 databases of the fleet, 4 KiB stored.');
    expect(renderFleetSummary(outcome)).toContain(
      '| `blog` | degraded, 1 warning | `k3mz81aq` | daily | stored | 2 KiB | 7 s |',
    );
  });

  it('fails, first of all by those without a backup, where one failed or has left no note', () => {
    const outcome = outcomeOf(['shop', 'billing', 'crm'], [...notes, makeNote('crm', {})]);
    expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB696']);
    const rows = renderFleetSummary(outcome)
      .split('\n')
      .filter(line => /^\| `/.test(line))
      .map(line => line.split(' | ').slice(0, 2).join(': '));
    expect(rows).toEqual([
      '| `billing`: NO NOTE: its job did not come that far',
      '| `crm`: FAILED',
      '| `shop`: success',
    ]);
    expect(fleetNotice(outcome, 'minimal').facts).toEqual([]);
  });

  it('believes the latest attempt, and no note of a database that was not asked for', () => {
    const outcome = outcomeOf(
      ['shop'],
      [makeNote('shop', {}), makeNote('shop', GOOD), makeNote('other', {})],
    );
    expect(outcome).toMatchObject({ result: 'success', lines: [{ name: 'shop' }] });
  });

  it('lets no name become markup', () => {
    const outcome = outcomeOf(['a|b\n<img>'], [makeNote('a|b\n<img>', { ...GOOD, tier: '<script>|' })]);
    expect(renderFleetSummary(outcome)).not.toMatch(/<img>|<script>/);
  });
});

describe('databases', () => {
  const read = (databases: string) => readFleetSummaryInputs(new Map([['databases', databases]]));

  it('are names, each once', () => {
    expect(read('[{"name": "shop", "environment": "pg-shop"}, {"name": "blog"}]').config?.names).toEqual([
      'shop',
      'blog',
    ]);
  });

  it.each(['', '{}', '[]', '["shop"]', '[{"name": ""}]', '[{"name": "a"}, {"name": "a"}]', '[{"name": 7}]'])(
    'are refused as %s',
    text => {
      expect(read(text).problems.map(({ code }) => code)).toEqual(['PGB695']);
    },
  );
});
