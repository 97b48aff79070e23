// A notice as a Slack message: Block Kit blocks within Slack's limits, and the plain text that stands in where blocks
// can't be shown.
import type { Notice } from './notice.ts';
import { plural } from './plain-text.ts';
import type { Shown } from './shown-problem.ts';
import {
  context,
  fields,
  header,
  link,
  type SlackObject,
  section,
  slackBlock,
  slackProse,
} from './slack-text.ts';

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackObject[];
}

/** More are counted: a message is read on a phone, the log holds the rest. */
const MOST_PROBLEMS = 5;
const MOST_WARNINGS = 5;

export function renderSlack(notice: Notice): SlackMessage {
  const { title, verdict, sentence, facts, commands } = notice;
  return {
    text: slackProse(verdict, 1_500),
    blocks: [
      header(title),
      section(slackProse(sentence, 1_000)),
      ...problemBlocks(notice.problems),
      ...warningBlocks(notice.warnings),
      ...(facts.length === 0
        ? []
        : [fields(facts.map(([label, value]) => [label, slackProse(value, 600)] as const))]),
      ...commands.map(({ label, text }) => section(`*${label}*\n${slackBlock(text, 10)}`)),
      ...footer(notice),
    ],
  };
}

function problemBlocks(problems: readonly Shown[]): readonly SlackObject[] {
  const left = problems.length - MOST_PROBLEMS;
  const detail = problems[0]?.detail;
  return [
    ...problems
      .slice(0, MOST_PROBLEMS)
      .map(({ code, summary, hint }) =>
        section(
          `*Cause* (${code})\n${slackProse(summary)}${hint ? `\n*Next step*\n${slackProse(hint)}` : ''}`,
        ),
      ),
    ...(left > 0 ? [section(`and ${plural(left, 'more problem', 'more problems')}: see the run's log`)] : []),
    ...(detail ? [section(slackBlock(detail, 8))] : []),
  ];
}

/** Loud ones first and bold. */
function warningBlocks(warnings: readonly Shown[]): readonly SlackObject[] {
  const loud = warnings.filter(warning => warning.loud);
  const quiet = warnings.filter(warning => !warning.loud);
  const left = Math.max(0, loud.length - MOST_WARNINGS) + Math.max(0, quiet.length - MOST_WARNINGS);
  return [
    ...loud
      .slice(0, MOST_WARNINGS)
      .map(one =>
        section(`*WARNING* (${one.code})\n${slackProse(one.summary)}\n${slackProse(one.hint ?? '')}`),
      ),
    ...quiet
      .slice(0, MOST_WARNINGS)
      .map(one => section(`Warning (${one.code}): ${slackProse(one.summary)} ${slackProse(one.hint ?? '')}`)),
    ...(left > 0 ? [section(`and ${plural(left, 'more warning')}: see the run's log`)] : []),
  ];
}

function footer({ runUrl, footnotes }: Notice): readonly SlackObject[] {
  const parts = [
    runUrl === null ? '' : link(runUrl, 'Open the run'),
    ...footnotes.map(note => slackProse(note, 300)),
  ].filter(part => part !== '');
  return parts.length === 0 ? [] : [context(parts.join(' · '))];
}
