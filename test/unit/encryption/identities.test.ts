import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseIdentities } from '../../../src/encryption/identities.ts';

const hasAge = spawnSync('age-keygen', ['--version']).status === 0;

let one: string;
let two: string;
beforeAll(async () => {
  one = await generateX25519Identity();
  two = await generateHybridIdentity();
});

function problemsOf(text: string): { codes: string[]; texts: string } {
  const parsed = parseIdentities(text);
  const problems = 'problems' in parsed ? parsed.problems : [];
  return { codes: problems.map(problem => problem.code), texts: problems.map(String).join('\n') };
}

describe('parseIdentities', () => {
  it('takes one a line, without comments, blank lines, byte order mark and blanks around', () => {
    expect(parseIdentities(`\ufeff# created: today\r\n  ${one}\t\r\n\r\n# offline\n${two}\n`)).toEqual({
      identities: [one, two],
    });
  });

  it.skipIf(!hasAge)('takes what age-keygen writes', () => {
    const file = execFileSync('age-keygen', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(parseIdentities(file)).toEqual({ identities: [file.trim().split('\n').at(-1)] });
  });

  it('refuses a recipient in its place', async () => {
    const { codes, texts } = problemsOf(await identityToRecipient(one));
    expect(codes).toEqual(['PGB606']);
    expect(texts).toContain('entry 1');
  });

  it('refuses what is damaged, empty, double or of another kind, all at once and without showing it', () => {
    expect(problemsOf('\n# nothing\n').codes).toEqual(['PGB605']);
    const damaged = `${one.slice(0, -1)}${one.endsWith('Q') ? 'P' : 'Q'}`;
    const { codes, texts } = problemsOf(
      [one, damaged, 'hunter2-hunter2', one, 'AGE-PLUGIN-YUBIKEY-1QQQQQ'].join('\n'),
    );
    expect(codes).toEqual(['PGB607', 'PGB607', 'PGB608', 'PGB624']);
    for (const secret of [one.slice(16, 30), 'hunter2', 'YUBIKEY-1']) expect(texts).not.toContain(secret);
  });

  it('tells a private key in PEM once, not line by line', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const { codes, texts } = problemsOf(pem);
    expect(codes).toEqual(['PGB624']);
    expect(texts).not.toContain(pem.split('\n')[1]?.slice(0, 10));
  });

  it('refuses an identity file that is encrypted itself', () => {
    expect(problemsOf('age-encryption.org/v1\n-> scrypt abc 18\n').codes).toEqual(['PGB609']);
    expect(problemsOf('-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n').codes).toEqual(['PGB609']);
  });
});
