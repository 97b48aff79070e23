// Keys and addresses that only their adapters can judge, judged all at once like every other input.
import { AgeEncryption } from '../encryption/age.ts';
import { parseIdentities } from '../encryption/identities.ts';
import { AgeOpener } from '../encryption/open.ts';
import type { Encryption, Opener, Signer, Verifier } from '../encryption/port.ts';
import { parseRecipients } from '../encryption/recipients.ts';
import { Ed25519Signer, Ed25519Verifier } from '../encryption/signature.ts';
import { parseSigningKey, parseVerifyKeys } from '../encryption/signing-keys.ts';
import type { KeyTexts } from '../inputs/key-texts.ts';
import type { Notifier } from '../notify/port.ts';
import { type Pushgateway, parsePushgatewayUrl } from '../notify/pushgateway.ts';
import type { Problem } from '../problems/problem.ts';
import { readNotifiers } from './notifiers.ts';

export interface Keys {
  readonly encryption: Encryption | null;
  readonly opener: Opener | null;
  readonly signer: Signer | null;
  /** With a signing key and no verify keys, its public half: a run can always check what it wrote. */
  readonly verifier: Verifier | null;
  readonly notifiers: readonly Notifier[];
  readonly pushgateway: Pushgateway | null;
  readonly problems: readonly Problem[];
}

export function readKeys(texts: KeyTexts): Keys {
  const recipients = texts.ageRecipients === undefined ? null : parseRecipients(texts.ageRecipients);
  const identities = texts.ageIdentity === undefined ? null : parseIdentities(texts.ageIdentity);
  const signing = texts.signingKey === undefined ? null : parseSigningKey(texts.signingKey);
  const verify = texts.verifyKeys === undefined ? null : parseVerifyKeys(texts.verifyKeys);
  const { notifiers, problems } = readNotifiers(texts);
  const push = texts.pushgatewayUrl === undefined ? null : parsePushgatewayUrl(texts.pushgatewayUrl);
  const own = signing && 'key' in signing ? [signing.key] : [];
  const trusted = verify && 'keys' in verify ? verify.keys : own;
  return {
    encryption: recipients && 'recipients' in recipients ? new AgeEncryption(recipients.recipients) : null,
    opener: identities && 'identities' in identities ? new AgeOpener(identities.identities) : null,
    signer: signing && 'key' in signing ? new Ed25519Signer(signing.key) : null,
    verifier: trusted.length > 0 ? new Ed25519Verifier(trusted) : null,
    notifiers,
    pushgateway: push && 'gateway' in push ? push.gateway : null,
    problems: [recipients, identities, signing, verify, push, { problems }].flatMap(parsed =>
      parsed !== null && 'problems' in parsed ? parsed.problems : [],
    ),
  };
}
