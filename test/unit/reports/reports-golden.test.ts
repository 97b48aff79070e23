// Golden files of every report for every kind of run: read them as a person would before accepting a change.
import { describe, expect, it } from 'vitest';
import { annotationOf } from '../../../src/reports/annotation.ts';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import { outcomeToJson } from '../../../src/reports/outcome-json.ts';
import { outputsOf } from '../../../src/reports/outputs.ts';
import { renderSlack } from '../../../src/reports/slack-message.ts';
import { renderSummary } from '../../../src/reports/summary.ts';
import { verdict } from '../../../src/reports/verdict.ts';
import { CASES } from './cases.ts';
import { expectGolden, pretty } from './golden.ts';

describe.each(Object.entries(CASES))('%s', (name, outcome) => {
  it('summary', () => expectGolden(`${name}.md`, renderSummary(outcome)));
  it('Slack', () => expectGolden(`${name}.slack.json`, pretty(renderSlack(backupNotice(outcome, 'full')))));
  it('annotation and outputs', () =>
    expectGolden(
      `${name}.run.json`,
      pretty({
        verdict: verdict(outcome),
        annotation: annotationOf(outcome) ?? null,
        outputs: outputsOf(outcome),
      }),
    ));
});

it('outcome as JSON', () => {
  expectGolden('success.outcome.json', pretty(outcomeToJson(CASES.success ?? expect.fail())));
  expectGolden(
    'failed-password.outcome.json',
    pretty(outcomeToJson(CASES['failed-password'] ?? expect.fail())),
  );
});
