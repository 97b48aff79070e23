// One database on the status page: what speaks against it, the newest backup, the calendar, sizes, restore tests, tiers,
// what prune will do, and the last backups by themselves.
import type { Instant } from '../../backups/instant.ts';
import type { BackupLine } from '../outcome.ts';
import { plural } from '../plain-text.ts';
import { formatAge, formatBytes, formatCount, formatDuration, formatMoment } from '../quantities.ts';
import type { TierStatus } from '../status.ts';
import { renderCalendar } from './calendar.ts';
import { renderBars, renderLine } from './chart.ts';
import type { PageName, StatusPage } from './data.ts';
import { renderFindings } from './findings.ts';
import { type Html, html } from './html.ts';
import { renderState } from './state.ts';
import { monthlyCost } from './storage-cost.ts';

/** Rows of each list; older ones are what `pg-backup list` is for. */
const MOST_ROWS = 20;

export function renderName(one: PageName, page: StatusPage): Html {
  const { backups, findings, prune, tests, tiers } = one;
  const good = backups.filter(({ notCounted }) => notCounted === undefined);
  return html`<section class="card" id="${anchorOf(one.name)}"><h2>${one.name} ${renderState(one.state)}</h2>
${renderFindings(findings)}
<dl class="facts">${factsOf(one, page)}</dl>
<h3>Backups by day</h3>${backups.length > 0 ? renderCalendar(backups, page.now, page.timezone) : html`<p>No backup.</p>`}
<div class="pair"><div><h3>Stored size</h3>${renderSizes(good)}</div><div><h3>Time to restore</h3>${renderTests(tests)}</div></div>
${tiers.length > 0 ? renderTiers(one.name, tiers, page) : null}
${prune ? renderPrune(prune) : null}
${backups.length > 0 ? renderLast(one, page.now) : null}</section>`;
}

/** Of a name's section, for links within the page. */
export function anchorOf(name: string): string {
  return `name-${encodeURIComponent(name)}`;
}

function factsOf({ backups, latest, tests }: PageName, { now, price }: StatusPage): readonly Html[] {
  const bytes = backups.reduce((sum, line) => sum + line.bytes, 0);
  const test = tests.at(-1);
  const facts: readonly (readonly [string, string, string])[] = [
    [
      'Newest good backup',
      latest ? formatAge(latest.stamp, now) : 'none',
      latest ? formatMoment(latest.stamp) : '',
    ],
    [
      'Proven to',
      latest?.level ?? 'nothing',
      latest ? `${plural(latest.rows, 'row')} in ${plural(latest.tables, 'table')}` : '',
    ],
    [
      'Last restore test',
      test ? `${test.result} ${formatAge(test.at, now)}` : 'none yet',
      test && test.recovery !== null ? `back in ${formatDuration(test.recovery)}` : '',
    ],
    [
      'Stored',
      formatBytes(bytes),
      [plural(backups.length, 'backup'), monthlyCost(bytes, price)].filter(text => text !== '').join(', '),
    ],
  ];
  return facts.map(
    ([label, value, more]) => html`<div><dt>${label}</dt><dd>${value}<small>${more}</small></dd></div>`,
  );
}

function renderSizes(good: readonly BackupLine[]): Html {
  const points = good.map(({ stamp, bytes }) => ({ at: stamp, value: bytes }));
  const last = good.at(-1);
  const chart = renderLine(points, {
    format: formatBytes,
    inWords: `Stored size of ${plural(good.length, 'good backup')}; the newest has ${formatBytes(last?.bytes ?? 0)}.`,
  });
  return chart ?? html`<p>Two good backups make a line.</p>`;
}

function renderTests(tests: PageName['tests']): Html {
  const points = tests.map(({ at, recovery, result }) => ({
    at,
    value: recovery ?? 0,
    bad: result === 'failed',
  }));
  const failed = tests.filter(({ result }) => result === 'failed').length;
  const chart = renderBars(points, {
    format: formatDuration,
    inWords: `Seconds that restore tests took to have the database back: ${plural(tests.length, 'test')}, ${failed} failed.`,
  });
  return chart ?? html`<p>No restore test yet: no backup is proven to restore.</p>`;
}

function renderTiers(of: string, tiers: readonly TierStatus[], { now, price }: StatusPage): Html {
  const rows = tiers.map(
    ({ tier, count, bytes, newest, due }) =>
      html`<tr><th scope="row"><i class="k c-${tier}"></i>${tier}</th><td class="n">${count}</td><td class="n">${formatBytes(bytes)}</td>${price ? html`<td class="n wide">${monthlyCost(bytes, price)}</td>` : null}<td>${newest === null ? 'none' : formatAge(newest, now)}</td><td>${due === null ? '' : due <= now ? 'now' : formatAge(due, now)}</td></tr>`,
  );
  return html`<h3>Tiers</h3><div class="scroll" tabindex="0" role="region" aria-label="Tiers of ${of}"><table><thead><tr><th scope="col">Tier</th><th scope="col" class="n">Backups</th><th scope="col" class="n">Size</th>${price ? html`<th scope="col" class="n wide">Cost</th>` : null}<th scope="col">Newest good</th><th scope="col">Next due</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function renderPrune({ delete: doomed, keep, stopped }: NonNullable<PageName['prune']>): Html {
  if (stopped !== null) return html`<h3>Next prune</h3><p>It will delete nothing: ${stopped}</p>`;
  if (doomed.length === 0)
    return html`<h3>Next prune</h3><p>It will delete nothing, and keep ${plural(keep.length, 'backup')}.</p>`;
  const rows = doomed
    .slice(0, MOST_ROWS)
    .map(
      ({ id, tier, stamp, bytes, reasons }) =>
        html`<li><code>${id}</code> ${tier}, ${formatMoment(stamp)}, ${formatBytes(bytes)}: ${reasons.join('; ')}</li>`,
    );
  const more = doomed.length - rows.length;
  return html`<h3>Next prune</h3><details><summary>It will delete ${doomed.length} of ${plural(doomed.length + keep.length, 'backup')}</summary><ul>${rows}${more > 0 ? html`<li>and ${more} more</li>` : null}</ul></details>`;
}

function renderLast({ backups, latest, name: of }: PageName, now: Instant): Html {
  const shown = backups.slice(-MOST_ROWS).toReversed();
  const rows = shown.map(({ id, tier, stamp, bytes, rows: count, level, notCounted, held }) => {
    const mark = [id === latest?.id ? 'newest good' : '', held ? 'held' : '']
      .filter(text => text !== '')
      .join(', ');
    const state =
      notCounted === undefined ? html`${level}` : html`<span class="critical">${notCounted}</span>`;
    return html`<tr><th scope="row"><code>${id}</code>${mark === '' ? null : html` <small>${mark}</small>`}</th><td>${tier}</td><td>${formatAge(stamp, now)}</td><td class="n">${formatBytes(bytes)}</td><td class="n wide">${formatCount(count)}</td><td>${state}</td></tr>`;
  });
  return html`<details><summary>The last ${plural(shown.length, 'backup')}</summary><div class="scroll" tabindex="0" role="region" aria-label="The last backups of ${of}"><table><thead><tr><th scope="col">Backup</th><th scope="col">Tier</th><th scope="col">Taken</th><th scope="col" class="n">Size</th><th scope="col" class="n wide">Rows</th><th scope="col">Proven to</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
