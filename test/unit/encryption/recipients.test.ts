import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecipients } from '../../../src/encryption/recipients.ts';

let identity: string;
let one: string;
let two: string;

beforeAll(async () => {
  identity = await generateX25519Identity();
  one = await identityToRecipient(identity);
  two = await identityToRecipient(await generateX25519Identity());
});

function problemsOf(text: string): { codes: string[]; texts: string } {
  const parsed = parseRecipients(text);
  const problems = 'problems' in parsed ? parsed.problems : [];
  return { codes: problems.map(problem => problem.code), texts: problems.map(String).join('\n') };
}

describe('parseRecipients', () => {
  it('takes one a line, without comments, blank lines, byte order mark and blanks around', () => {
    expect(parseRecipients(`\ufeff# operations\r\n  ${one}\t\r\n\r\n#offline\n${two}`)).toEqual({
      recipients: [one, two],
    });
  });

  it('takes a post-quantum recipient', async () => {
    const hybrid = await identityToRecipient(await generateHybridIdentity());
    expect(parseRecipients(hybrid)).toEqual({ recipients: [hybrid] });
  });

  it('refuses a list without any', () => {
    expect(problemsOf('\n# nothing\n').codes).toEqual(['PGB600']);
  });

  it('refuses a private identity and says nothing of it', () => {
    for (const text of [identity, `key=${identity}`, identity.toLowerCase()]) {
      const { codes, texts } = problemsOf(`${one}\n${text}`);
      expect(codes).toEqual(['PGB602']);
      expect(texts).toContain('entry 2');
      expect(texts).not.toContain(identity.slice(16, 24));
      expect(texts).not.toContain(identity.slice(16, 24).toLowerCase());
    }
  });

  it('shows the first eight characters of what is nearly a recipient', () => {
    const { codes, texts } = problemsOf(`${one.slice(0, -1)}x`);
    expect(codes).toEqual(['PGB601']);
    expect(texts).toContain(`"${one.slice(0, 8)}…"`);
    expect(texts).not.toContain(one.slice(0, 9));
  });

  it('shows nothing of what may be a password in the wrong field', () => {
    expect(problemsOf('hunter2hunter2').texts).not.toContain('hunter');
  });

  it.each([
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@host'],
    ['a plugin recipient', 'age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t'],
    ['a tag recipient', 'age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e'],
    ['two on one line', 'TWO'],
    ['a recipient in capitals', 'UPPER'],
  ])('refuses %s', (_, text) => {
    const line = text.replace('TWO', `${one},${two}`).replace('UPPER', one.toUpperCase());
    expect(problemsOf(line).codes).toEqual(['PGB601']);
  });

  it('refuses one that is given twice', () => {
    const { codes, texts } = problemsOf(`${one}\n${two}\n${one}`);
    expect(codes).toEqual(['PGB603']);
    expect(texts).toContain('entry 3 is the same as entry 1');
  });

  it('tells every problem at once, in order', () => {
    expect(problemsOf(`nonsense\n${identity}\n${one}\n${one}`).codes).toEqual(['PGB601', 'PGB602', 'PGB603']);
  });

  it('refuses any text rather than throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => 'problems' in parseRecipients(text)));
  });
});
