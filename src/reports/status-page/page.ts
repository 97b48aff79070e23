// The status page: one file that needs nothing else, neither script nor font nor network. First whether all is well, then
// every database in a row, then each by itself.
import { plural } from '../plain-text.ts';
import { formatAge, formatBytes, formatMoment } from '../quantities.ts';
import type { PageName, StatusPage } from './data.ts';
import { renderFindings } from './findings.ts';
import { type Html, html, trusted } from './html.ts';
import { anchorOf, renderName } from './name-section.ts';
import { renderState } from './state.ts';
import { monthlyCost } from './storage-cost.ts';
import { STYLE } from './style.ts';

/** A whole HTML document. */
export function renderStatusPage(page: StatusPage): string {
  const { names, now, place, runUrl, tool } = page;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${titleOf(page)}</title><style>${trusted(STYLE)}</style></head>
<body><header><h1>PostgreSQL backups ${renderState(page.state)}</h1><p class="verdict">${verdictOf(page)}</p><p class="place"><code>${place}</code></p>${renderFindings(page.findings)}</header>
<main>${names.length > 1 ? renderOverview(page) : null}${names.map(name => renderName(name, page))}</main>
<footer><p>As of ${formatMoment(now)}, by ${tool}${runUrl === null ? '' : html`, <a href="${runUrl}">this run</a>`}. A page that isn't made anew stays as it is: look at the time.${costNote(page)}</p></footer></body></html>
`.text;
}

function titleOf({ names, state }: StatusPage): string {
  const word = { good: 'all well', warning: 'needs a look', critical: 'NOT PROTECTED' }[state];
  const [only] = names;
  return names.length === 1 && only ? `Backups of ${only.name}: ${word}` : `PostgreSQL backups: ${word}`;
}

function verdictOf({ names, now }: StatusPage): string {
  if (names.length === 0) return 'There is no backup at this place.';
  const critical = names.filter(({ state }) => state === 'critical');
  const warning = names.filter(({ state }) => state === 'warning');
  const list = (some: readonly PageName[]) => {
    const shown = some.slice(0, 5).map(({ name }) => name);
    return some.length > shown.length
      ? `${shown.join(', ')} and ${some.length - shown.length} more`
      : shown.join(', ');
  };
  if (critical.length > 0) return `Not protected: ${list(critical)}. Look there first.`;
  if (warning.length > 0) return `${plural(names.length, 'database')} backed up; look at ${list(warning)}.`;
  const oldest = Math.min(...names.map(({ latest }) => latest?.stamp ?? 0));
  return names.length === 1
    ? `The newest good backup was taken ${formatAge(oldest, now)}.`
    : `All ${plural(names.length, 'database')} have a good backup, the oldest of them taken ${formatAge(oldest, now)}.`;
}

function renderOverview(page: StatusPage): Html {
  const { names, now, price } = page;
  const rows = names.map(({ name, state, latest, tests, backups }) => {
    const bytes = backups.reduce((sum, line) => sum + line.bytes, 0);
    const test = tests.at(-1);
    return html`<tr><th scope="row"><a href="#${anchorOf(name)}">${name}</a></th><td>${renderState(state)}</td><td>${latest ? formatAge(latest.stamp, now) : 'none'}</td><td>${latest?.level ?? ''}</td><td class="wide">${test ? `${test.result} ${formatAge(test.at, now)}` : 'none yet'}</td><td class="n wide">${formatBytes(bytes)}</td>${price ? html`<td class="n wide">${monthlyCost(bytes, price)}</td>` : null}</tr>`;
  });
  return html`<section class="card"><h2>All databases</h2><div class="scroll" tabindex="0" role="region" aria-label="All databases"><table><thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Newest good</th><th scope="col">Proven to</th><th scope="col" class="wide">Restore test</th><th scope="col" class="n wide">Stored</th>${price ? html`<th scope="col" class="n wide">Cost</th>` : null}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function costNote({ price }: StatusPage): string {
  return price ? ` Costs are storage alone, at ${price.amount} ${price.currency} a GB and month.` : '';
}
