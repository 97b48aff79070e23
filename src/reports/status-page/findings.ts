// What speaks against a name or the store, the worst in red.
import type { Finding } from './data.ts';
import { type Html, html } from './html.ts';

export function renderFindings(findings: readonly Finding[]): Html | null {
  if (findings.length === 0) return null;
  const lines = findings.map(({ severity, text }) => html`<li class="${severity}">${text}</li>`);
  return html`<ul class="findings">${lines}</ul>`;
}
