import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderStatusPage } from '../../../../src/reports/status-page/page.ts';
import { pageName, statusPage } from '../../../parts/status-page.ts';

describe('the status page', () => {
  it('needs nothing from elsewhere: no script, and no address but the links that a person follows', () => {
    const page = renderStatusPage(statusPage([pageName('app', 400), pageName('billing', 90)]));
    expect(page).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|\ssrc=|\son\w+=/);
    expect(page.match(/https?:\/\/[^"\s<]+/g)).toEqual(['https://github.com/org/repository/actions/runs/1']);
  });

  it('stays under 1 MB with 10,000 backups, of one database as well as of 50', () => {
    const one = renderStatusPage(statusPage([pageName('app', 10_000)]));
    const fifty = renderStatusPage(
      statusPage(Array.from({ length: 50 }, (_, at) => pageName(`database-${at}`, 200))),
    );
    expect(Buffer.byteLength(one)).toBeLessThan(1_000_000);
    expect(Buffer.byteLength(fifty)).toBeLessThan(1_000_000);
  });

  it('shows foreign text as text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const hostile = `<b onx=1>${text}"'&<!--`;
        const page = renderStatusPage(
          statusPage([pageName(hostile, 3, { findings: [{ severity: 'critical', text: hostile }] })], {
            place: hostile,
          }),
        );
        expect(page).not.toContain('<b ');
        expect(page).not.toContain('<!--');
      }),
      { numRuns: 50 },
    );
  });

  it('says first whether all is well, in a word and a sentence', () => {
    const verdictOf = (page: string) => /<p class="verdict">(.*?)<\/p>/.exec(page)?.[1];
    const good = pageName('app', 30);
    const look = pageName('shop', 30, { state: 'warning' });
    const bad = pageName('ledger', 30, { state: 'critical', latest: null });
    const render = (...names: (typeof good)[]) => verdictOf(renderStatusPage(statusPage(names)));
    expect(render()).toBe('There is no backup at this place.');
    expect(render(good)).toBe('The newest good backup was taken 8 h ago.');
    expect(render(good, good)).toBe('All 2 databases have a good backup, the oldest of them taken 8 h ago.');
    expect(render(good, look)).toBe('2 databases backed up; look at shop.');
    expect(render(good, look, bad)).toBe('Not protected: ledger. Look there first.');
  });

  it('tells the calendar in words: each day once, by its best backup', () => {
    const page = renderStatusPage(statusPage([pageName('app', 10)]));
    const [, words] = /role="img" aria-label="(The last 53 weeks[^"]*)"/.exec(page) ?? [];
    // Ten days, of which one was missed and one doesn't count.
    expect(words).toBe(
      'The last 53 weeks: 8 days with a good backup, 1 day with none that counts, 1 day without any.',
    );
  });

  it('leaves costs out where no price is known', () => {
    expect(renderStatusPage(statusPage([pageName('app', 10)], { price: null }))).not.toMatch(/month<|Cost/);
    expect(renderStatusPage(statusPage([pageName('app', 10)]))).toContain('0.17 USD a month');
  });
});
