// A doctor's round as a table: on a terminal, and in the job summary. What may name a database, a host or a bucket is left
// out where strangers read.
import {
  AREAS,
  type Area,
  countStates,
  type DoctorCheck,
  type DoctorOutcome,
  type State,
} from './doctor-outcome.ts';
import { doctorHeading, doctorVerdict } from './doctor-verdict.ts';
import { fold, prose, table } from './markdown.ts';
import { oneLine, plural } from './plain-text.ts';
import { withinLimit } from './summary.ts';

/** Their words hold nothing of ours or of anybody's; a Problem's text may. */
const TELL_NOTHING: ReadonlySet<Area> = new Set(['keys', 'retention', 'telling', 'job']);

const SHOWN: Readonly<Record<State, string>> = { good: 'good', advice: 'advice', wrong: 'WRONG' };

/** Empty where nothing was looked at. */
export function renderDoctorText({ checks }: DoctorOutcome): string {
  const width = Math.max(0, ...checks.map(({ check }) => check.length));
  const line = ({ state, check, words, remedy, code }: DoctorCheck) => {
    const first = `  ${SHOWN[state].padEnd(6)}  ${check.padEnd(width)}  ${code === null ? '' : `${code} `}${oneLine(words)}`;
    const indent = ' '.repeat(width + 12);
    return remedy === null ? first : `${first}\n${indent}→ ${oneLine(remedy)}`;
  };
  const parts = byArea(checks).map(([area, own]) => `${AREAS[area]}\n${own.map(line).join('\n')}`);
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

export function renderDoctorSummary(outcome: DoctorOutcome): string {
  const { checks, detail } = outcome;
  const counts = countStates(checks);
  const section = (state: State, title: string) =>
    counts[state] === 0 ? [] : [`### ${title}`, renderTable(checks, state, detail)];
  return withinLimit([
    `## ${doctorHeading(outcome)}`,
    prose(doctorVerdict(outcome)),
    ...section('wrong', 'Wrong'),
    ...section('advice', 'Advice'),
    ...(counts.good === 0
      ? []
      : [fold(`${plural(counts.good, 'check')} good`, renderTable(checks, 'good', detail))]),
    ...(detail === 'full'
      ? []
      : [
          prose(
            'What may name a database, a host or a bucket is left out because `detail` is `minimal`, as it is by default in a public repository. `pg-backup doctor` on a terminal shows all of it.',
          ),
        ]),
  ]);
}

function renderTable(checks: readonly DoctorCheck[], state: State, detail: 'full' | 'minimal'): string {
  const rows = checks
    .filter(check => check.state === state)
    .map(({ area, check, words, remedy, code }) => {
      const open = detail === 'full' || (code === null && TELL_NOTHING.has(area));
      const found = [...(code === null ? [] : [`**${code}**`]), ...(open ? [prose(words)] : [])].join(' ');
      // A remedy without a code is of our own words alone.
      const todo = remedy !== null && (open || code === null) ? prose(remedy) : '';
      return [AREAS[area], check, [found, todo].filter(text => text !== '').join('<br>')];
    });
  return table(['Of', 'Check', 'Found'], rows);
}

function byArea(checks: readonly DoctorCheck[]): [Area, DoctorCheck[]][] {
  return [...Map.groupBy(checks, ({ area }) => area)];
}
