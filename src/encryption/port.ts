// What the commands need of encryption and signatures. Keys stay inside the adapters.
import type { Signature } from '../backups/manifest.ts';

/** Encrypts one stream, chunk by chunk, in memory that doesn't grow. */
export interface Sealer {
  /** Cipher text that is ready; may be empty. The returned buffer is the caller's until the next call. */
  update(plain: Uint8Array): Buffer;
  /** The last cipher text. */
  finish(): Buffer;
}

export interface Encryption {
  readonly recipients: number;
  /** A new stream with a new file key. */
  sealer(): Promise<Sealer>;
}

export interface Signer {
  sign(message: Buffer): Signature;
}

/** `unknown-key`: signed by a key that isn't among ours. */
export type SignatureCheck = 'valid' | 'invalid' | 'unknown-key';

export interface Verifier {
  verify(message: Buffer, signature: Signature): SignatureCheck;
}
