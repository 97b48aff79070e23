import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import type { BackupOutcome } from '../../../src/reports/outcome.ts';
import { renderSlack } from '../../../src/reports/slack-message.ts';
import {
  clipEscaped,
  escapeSlack,
  fields,
  header,
  link,
  slackCode,
  slackProse,
} from '../../../src/reports/slack-text.ts';
import { anyOutcome, anyText } from './outcome-arbitrary.ts';
import { outcome, WRONG_PASSWORD, without } from './outcome-fixture.ts';

const renderSlackMessage = (any: BackupOutcome) => renderSlack(backupNotice(any, 'full'));

interface TextObject {
  readonly type: string;
  readonly text: string;
}

interface Block {
  readonly type: string;
  readonly text?: TextObject;
  readonly fields?: readonly TextObject[];
  readonly elements?: readonly TextObject[];
}

function blocksOf(message: ReturnType<typeof renderSlackMessage>): readonly Block[] {
  return message.blocks as unknown as readonly Block[];
}

it("keeps to Slack's limits, whatever happened", () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const message = renderSlackMessage(any);
      const blocks = blocksOf(message);
      expect(message.text.length).toBeLessThanOrEqual(40_000);
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const { type, text, fields = [], elements = [] } of blocks) {
        if (text) expect(text.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
        expect(text?.text ?? 'none').not.toBe('');
        expect(fields.length).toBeLessThanOrEqual(10);
        for (const one of [...fields, ...elements]) {
          expect(one.text.length).toBeLessThanOrEqual(2_000);
          expect(one.text).not.toBe('');
        }
      }
    }),
    { numRuns: 60 },
  );
});

it('holds no mention and no link but the one to the run', () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const message = renderSlackMessage(any);
      const texts = blocksOf(message).flatMap(({ text, fields = [], elements = [] }) =>
        [text, ...fields, ...elements].map(one => one?.text ?? ''),
      );
      for (const text of [message.text, ...texts]) {
        const rest = text.replace(/<https:\/\/[^<>|\s]+\|Open the run>/, '');
        expect(rest).not.toMatch(/[<>]/);
        expect(rest.replace(/&(amp|lt|gt);/g, '').replace(/…/g, '')).not.toMatch(/&/);
      }
    }),
    { numRuns: 60 },
  );
});

it('outside of code no character can format', () => {
  fc.assert(
    fc.property(anyText, text => {
      const outside = slackProse(text, 500).replace(/(?<!\u200b)`[^`]+`(?!\u200b)/g, ' ');
      expect(outside.replace(/\u200b[*~`_]\u200b/g, '')).not.toMatch(/[*~`]/);
    }),
  );
  expect(slackProse('grant `pg_read_all_data` to my_role, *now*')).toBe(
    'grant `pg_read_all_data` to my_role, \u200b*\u200bnow\u200b*\u200b',
  );
});

it('writes foreign text harmlessly', () => {
  expect(escapeSlack('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  expect(slackCode('a`b\n')).toBe("`a'b`");
  expect(header('<!here> & co')).toMatchObject({
    text: { type: 'plain_text', text: '‹!here› + co', emoji: false },
  });
  expect(link('https://github.com/a/b|c>', 'Run')).toBe('<https://github.com/a/b%7Cc%3E|Run>');
  expect(link('javascript:alert(1)', 'Run')).toBe('');
  expect(link('no url', 'Run')).toBe('');
});

it('cuts what is longer than Slack takes', () => {
  const [title, columns] = [header('x'.repeat(400)), fields(Array.from({ length: 12 }, () => ['a', 'b']))];
  expect(JSON.stringify(title)).toContain(`"${'x'.repeat(149)}…"`);
  expect(columns.fields).toHaveLength(10);
});

it('cuts between characters of the escaped text', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 8, max: 60 }), (text, max) => {
      const cut = clipEscaped(escapeSlack(text), max);
      expect(cut.length).toBeLessThanOrEqual(max);
      expect(cut.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
    }),
  );
});

it('a failure says its cause, its code and the next step, and how old the last good backup is', () => {
  const text = JSON.stringify(renderSlackMessage(without({ problems: [WRONG_PASSWORD], detail: 'minimal' })));
  expect(text).toContain('*Cause* (PGB201)');
  expect(text).toContain('*Next step*\\nCheck `user` and `password`');
  expect(text).toContain('(24 h ago)');
});

it('shouts what is loud', () => {
  const loud = { code: 'PGB510' as const, summary: 'SHRUNK: x.', hint: 'Look.', loud: true };
  const [title] = blocksOf(renderSlackMessage(outcome({ result: 'degraded', warnings: [loud] })));
  expect(title?.text?.text).toBe('Backup of app - SHRUNK, with 1 warning');
});
