// Signs manifests and evidence, and checks such signatures: who may write into the bucket must not be able to pass
// off a backup of their own making as ours. What is signed is the caller's matter (see Signature in the manifest).
import { sign, verify } from 'node:crypto';
import type { Signature } from '../backups/manifest.ts';
import type { SignatureCheck, Signer, Verifier } from './port.ts';
import type { SigningKey, VerifyKey } from './signing-keys.ts';

const SIGNATURE_BYTES = 64;

export class Ed25519Signer implements Signer {
  readonly #key: SigningKey;

  constructor(key: SigningKey) {
    this.#key = key;
  }

  sign(message: Buffer): Signature {
    const value = sign(null, message, this.#key.privateKey).toString('base64');
    return { algorithm: 'ed25519', key: this.#key.id, value };
  }
}

/** Given a `SigningKey` it uses the public half, which is what to do where no `verify-keys` are set. */
export class Ed25519Verifier implements Verifier {
  readonly #keys: ReadonlyMap<string, VerifyKey>;

  constructor(keys: readonly VerifyKey[]) {
    this.#keys = new Map(keys.map(key => [key.id, key]));
  }

  verify(message: Buffer, signature: Signature): SignatureCheck {
    const key = this.#keys.get(signature.key);
    if (!key) return 'unknown-key';
    const value = Buffer.from(signature.value, 'base64');
    // Node skips what isn't base64: without this, one signature would have many spellings.
    const exact = value.length === SIGNATURE_BYTES && value.toString('base64') === signature.value;
    return exact && verify(null, message, key.publicKey, value) ? 'valid' : 'invalid';
  }
}
