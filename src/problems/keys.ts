// What can be wrong with the keys that people hand over: age recipients, signing and verifying keys, and secrets
// that can't be masked. No text here ever holds a key: positions, kinds and at most a public prefix.
import { Problem, type ProblemCode, type Warning } from './problem.ts';

function keyProblem(code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind: 'configuration', code, summary, hint });
}

export function recipientsEmpty(): Problem {
  return keyProblem(
    'PGB600',
    '`age-recipients` holds no recipient, only blank lines or comments.',
    'Give one `age1…` public key a line, or leave the input out to store backups unencrypted.',
  );
}

/** `shown`: the first characters of what stands there, or undefined where even these could be secret. */
export function recipientUnreadable(position: number, shown: string | undefined): Problem {
  return keyProblem(
    'PGB601',
    `\`age-recipients\`: entry ${position}${shown ? ` ("${shown}…")` : ''} is not an age recipient.`,
    "Give the public key that `age-keygen` prints (`age1…`, or `age1pq1…` for post-quantum); SSH keys and plugin recipients can't be used here.",
  );
}

export function identityAsRecipient(position: number): Problem {
  return keyProblem(
    'PGB602',
    `\`age-recipients\`: entry ${position} is a private age identity, where a public recipient belongs.`,
    'Whoever read this configuration can open your backups: make a new identity with `age-keygen`, give its `age1…` recipient here, and keep the identity off the backup job.',
  );
}

export function recipientTwice(position: number, firstPosition: number): Problem {
  return keyProblem(
    'PGB603',
    `\`age-recipients\`: entry ${position} is the same as entry ${firstPosition}.`,
    'Remove one of them; a second recipient is meant to be the offline key that opens backups when the first is lost.',
  );
}

export function encryptionFailed(cause: unknown): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB604',
    summary: 'A file key could not be encrypted to one of the `age-recipients`.',
    hint: 'Check that each of them was printed by `age-keygen`: one has the right form but is no usable public key.',
    cause,
  });
}

export function identitiesEmpty(): Problem {
  return keyProblem(
    'PGB605',
    '`age-identity` holds no identity, only blank lines or comments.',
    'Give the content of the file that `age-keygen` wrote: its line begins with AGE-SECRET-KEY-.',
  );
}

export function recipientAsIdentity(position: number): Problem {
  return keyProblem(
    'PGB606',
    `\`age-identity\`: entry ${position} is a public recipient, where a private identity belongs.`,
    'A recipient can only encrypt. Give the line that begins with AGE-SECRET-KEY- of the key pair that the backup was encrypted to.',
  );
}

export function identityUnreadable(position: number): Problem {
  return keyProblem(
    'PGB607',
    `\`age-identity\`: entry ${position} is not an age identity (it is not shown: it may be a secret).`,
    'Copy the whole line that begins with AGE-SECRET-KEY- from the file that `age-keygen` wrote.',
  );
}

export function identityTwice(position: number, firstPosition: number): Problem {
  return keyProblem(
    'PGB608',
    `\`age-identity\`: entry ${position} is the same as entry ${firstPosition}.`,
    'Remove one of them.',
  );
}

export function identityLocked(): Problem {
  return keyProblem(
    'PGB609',
    '`age-identity` holds an identity file that is itself encrypted with a passphrase.',
    'Open it first with `age --decrypt identity.age`, and give what that prints.',
  );
}

export function identityNotOurs(position: number): Problem {
  return keyProblem(
    'PGB624',
    `\`age-identity\`: entry ${position} is a key of another kind (SSH, PEM or an age plugin).`,
    'Backups are encrypted to the native recipients of `age-keygen`: give the AGE-SECRET-KEY- line of one of them.',
  );
}

/** `what`: the object that was to be opened. */
export function identityMissing(what: string): Problem {
  return keyProblem(
    'PGB630',
    `${what} is encrypted, and no \`age-identity\` is set.`,
    'Give the private key of one of the recipients as `age-identity`; on the command line --age-identity @key.txt or env:NAME.',
  );
}

export function noIdentityFits(what: string): Problem {
  return openingFailed(
    'PGB631',
    `${what} is encrypted to other keys than those in \`age-identity\`.`,
    'Give the identity of one of the recipients that were set when this backup was taken; after a rotation that may be the old one.',
  );
}

function openingFailed(code: ProblemCode, summary: string, hint: string, cause?: unknown): Problem {
  return new Problem({ kind: 'integrity', code, summary, hint, cause });
}

const OTHER_COPY =
  'Do not use it: choose another backup, and look for an older version of this object in the store.';

export function notAge(what: string): Problem {
  return openingFailed('PGB632', `${what} is not encrypted by age, though its manifest says so.`, OTHER_COPY);
}

export function ageHeaderDamaged(what: string, cause?: unknown): Problem {
  return openingFailed('PGB633', `The age header of ${what} is damaged or was changed.`, OTHER_COPY, cause);
}

/** `at`: plain bytes before the chunk that is damaged. */
export function payloadDamaged(what: string, at: number): Problem {
  return openingFailed(
    'PGB634',
    `${what} does not decrypt: its 64 KiB after byte ${at} are damaged, were changed, or are cut short.`,
    OTHER_COPY,
  );
}

export function payloadCut(what: string): Problem {
  return openingFailed(
    'PGB635',
    `${what} is cut short: the end of its encrypted text is missing.`,
    OTHER_COPY,
  );
}

export function payloadContinued(what: string): Problem {
  return openingFailed('PGB636', `${what} goes on behind the end of its encrypted text.`, OTHER_COPY);
}

export function signingKeyUnreadable(): Problem {
  return keyProblem(
    'PGB610',
    '`signing-key` is neither a PEM private key nor the base64 of a 32-byte Ed25519 seed.',
    'Give the whole output of `openssl genpkey -algorithm ed25519`, with its line breaks.',
  );
}

export function signingKeyIsPublic(): Problem {
  return keyProblem(
    'PGB611',
    "`signing-key` holds a public key, which can't sign.",
    'Put the private key there (`openssl genpkey -algorithm ed25519`), and this public one into `verify-keys`.',
  );
}

export function signingKeyHasPassphrase(): Problem {
  return keyProblem(
    'PGB612',
    '`signing-key` is protected by a passphrase, and nobody is there to type it.',
    'Take the passphrase off with `openssl pkey -in key.pem -out plain.pem` and keep the result in a secret.',
  );
}

/** `kind`: e.g. `rsa`. */
export function signingKeyOtherKind(kind: string): Problem {
  return keyProblem(
    'PGB613',
    `\`signing-key\` is a private key of the kind ${kind}, not Ed25519.`,
    'Make one with `openssl genpkey -algorithm ed25519`.',
  );
}

export function signingKeyTwice(): Problem {
  return keyProblem(
    'PGB614',
    '`signing-key` holds more than one key.',
    'Keep one private key there; public keys that should still be trusted go into `verify-keys`.',
  );
}

export function verifyKeysEmpty(): Problem {
  return keyProblem(
    'PGB620',
    '`verify-keys` holds no key, only blank lines or comments.',
    'Give a PEM public key or `ed25519:<base64>` for each signer you trust, or leave the input out.',
  );
}

export function verifyKeyUnreadable(position: number): Problem {
  return keyProblem(
    'PGB621',
    `\`verify-keys\`: entry ${position} is neither a PEM public key nor \`ed25519:\` with the base64 of 32 bytes.`,
    'Give the output of `openssl pkey -in key.pem -pubout`, with its line breaks.',
  );
}

export function verifyKeyIsPrivate(position: number): Problem {
  return keyProblem(
    'PGB622',
    `\`verify-keys\`: entry ${position} is a private key, where a public one belongs.`,
    'Whoever read this configuration can sign as you: make a new key pair, and give the output of `openssl pkey -in key.pem -pubout` here.',
  );
}

export function verifyKeyOtherKind(position: number, kind: string): Problem {
  return keyProblem(
    'PGB623',
    `\`verify-keys\`: entry ${position} is a public key of the kind ${kind}, not Ed25519.`,
    'Give the public half of the Ed25519 key that signs your backups.',
  );
}

/** `labels`: what the values are, e.g. "the password in `database-url`". */
export function secretsNotMasked(labels: readonly string[]): Warning {
  return {
    code: 'PGB640',
    summary: `Not masked in the log, because the value is too short or an everyday word: ${labels.join(', ')}.`,
    hint: 'Choose a long random value: masking a common word would blank it out of every line.',
  };
}
