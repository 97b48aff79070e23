import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSlackUrl } from '../../../src/notify/slack-url.ts';

const PATH = '/services/T0000/B0000/abcdefghijkl';
const problemOf = (text: string) => {
  const parsed = parseSlackUrl(text);
  return 'problems' in parsed ? parsed.problems[0] : undefined;
};

describe('parseSlackUrl', () => {
  it.each([
    `https://hooks.slack.com${PATH}`,
    `https://hooks.slack-gov.com${PATH}`,
    `http://127.0.0.1:8080${PATH}`,
    `http://localhost:8080${PATH}`,
    `http://[::1]:8080${PATH}`,
  ])('takes %s', text => {
    expect(parseSlackUrl(` ${text}\n`)).toEqual({ url: text });
  });

  it.each([
    ['', 'PGB700'],
    [`hooks.slack.com${PATH}`, 'PGB700'],
    [`https://hooks.slack.com/services/T 0/B/x`, 'PGB700'],
    [`https:\\\\hooks.slack.com${PATH}`, 'PGB700'],
    [`mailto:someone@example.com`, 'PGB700'],
    [`http://hooks.slack.com${PATH}`, 'PGB701'],
    [`file:///services/a/b/c`, 'PGB701'],
    [`https://example.com${PATH}`, 'PGB702'],
    [`https://hooks.slack.com.example.com${PATH}`, 'PGB702'],
    [`https://hooks.slack.com.${PATH}`, 'PGB702'],
    [`https://169.254.169.254${PATH}`, 'PGB702'],
    [`https://[fe80::1]${PATH}`, 'PGB702'],
    [`https://10.0.0.1${PATH}`, 'PGB702'],
    [`https://127.0.0.1.example.com${PATH}`, 'PGB702'],
    [`https://0.0.0.0${PATH}`, 'PGB702'],
    [`https://hooks.slack.com@example.com${PATH}`, 'PGB702'],
    [`https://user:pass@hooks.slack.com${PATH}`, 'PGB703'],
    [`https://hooks.slack.com:8443${PATH}`, 'PGB703'],
    [`https://hooks.slack.com${PATH}#x`, 'PGB703'],
    [`https://hooks.slack.com${PATH}?x=1`, 'PGB703'],
    ['https://hooks.slack.com/', 'PGB704'],
    ['https://hooks.slack.com/workflows/T0/A0/1/abcdefghijkl', 'PGB704'],
    ['https://hooks.slack.com/triggers/T0/1/abcdefghijkl', 'PGB704'],
    ['https://hooks.slack.com/services/../services/a/b', 'PGB704'],
  ])('refuses %j', (text, code) => {
    const problem = problemOf(text);
    expect(problem?.code).toBe(code);
    expect(problem?.message).not.toContain('abcdefghijkl');
    expect(problem?.message).not.toContain('pass@');
  });

  it('does not repeat a token that was pasted in its place', () => {
    for (const text of ['xoxb-0000-secret', 'https://xoxb-0000-secret', 'xoxb:0000-secret']) {
      expect(JSON.stringify(problemOf(text))).not.toContain('0000-secret');
    }
  });

  it('refuses any other text rather than throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' })),
        text => problemOf(text) !== undefined,
      ),
    );
  });
});
