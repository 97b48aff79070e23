// From what a status came to, to what its page shows.
import type { Check, StatusOutcome, Verdict } from '../status-outcome.ts';
import { verdictOf } from '../status-outcome.ts';
import type { Finding, State, StatusPage } from './data.ts';

/** What the page needs besides. */
export type PageLook = Pick<StatusPage, 'timezone' | 'tool' | 'price'>;

const STATES: Readonly<Record<Verdict, State>> = { ok: 'good', warning: 'warning', critical: 'critical' };

export function statusPageOf(outcome: StatusOutcome, look: PageLook): StatusPage {
  const { checks, names, now, place, runUrl, verdict } = outcome;
  const of = (name: string | null) => checks.filter(check => check.name === name);
  return {
    ...look,
    state: STATES[verdict],
    place,
    now,
    runUrl,
    findings: findingsOf(of(null)),
    names: names.map(({ name, latest, tiers, backups, tests, prune }) => ({
      name,
      state: STATES[verdictOf(of(name))],
      findings: findingsOf(of(name)),
      latest,
      tiers,
      backups,
      tests,
      prune,
    })),
  };
}

function findingsOf(checks: readonly Check[]): Finding[] {
  return checks.flatMap(({ failed, severity, words }) =>
    failed ? [{ severity, text: sentence(words) }] : [],
  );
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`;
}
