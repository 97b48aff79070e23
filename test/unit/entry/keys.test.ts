import { generateKeyPairSync } from 'node:crypto';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import { readKeys } from '../../../src/entry/keys.ts';

const NONE = {
  ageRecipients: undefined,
  signingKey: undefined,
  verifyKeys: undefined,
  slackWebhookUrl: undefined,
};
const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
const message = Buffer.from('manifest');

it('nothing given is nothing had, and no problem', () => {
  expect(readKeys(NONE)).toEqual({
    encryption: null,
    opener: null,
    signer: null,
    verifier: null,
    notifiers: [],
    pushgateway: null,
    problems: [],
  });
});

it('a run with a signing key alone can check what it wrote', () => {
  const { signer, verifier } = readKeys({ ...NONE, signingKey: pem });
  expect(signer && verifier?.verify(message, signer.sign(message))).toBe('valid');
});

it('verify keys that are given are all that is trusted', () => {
  const { signer, verifier } = readKeys({ ...NONE, signingKey: pem, verifyKeys: other });
  expect(signer && verifier?.verify(message, signer.sign(message))).toBe('unknown-key');
});

it('recipients are counted, and what is wrong with all keys is told at once', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  expect(readKeys({ ...NONE, ageRecipients: recipient }).encryption?.recipients).toBe(1);
  const { problems, notifiers } = readKeys({
    ageRecipients: 'AGE-SECRET-KEY-1',
    signingKey: 'no key',
    verifyKeys: pem,
    slackWebhookUrl: 'https://example.net/hook',
    emailTo: 'ops@example.com',
    webhookUrl: 'http://example.com/hook',
    pingUrl: 'https://hc-ping.com/abc',
  });
  expect(problems.map(({ code }) => code)).toEqual([
    'PGB602',
    'PGB610',
    'PGB622',
    'PGB702',
    'PGB159',
    'PGB154',
  ]);
  // Whoever can be told is told that the inputs are wrong.
  expect(notifiers.map(({ name }) => name)).toEqual(['The ping']);
});
