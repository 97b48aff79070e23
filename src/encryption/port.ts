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

/** Decrypts streams with the identities it was made with. */
export interface Opener {
  /**
   * Plain bytes, each chunk authenticated before it is given out; a buffer holds them only until the next is asked for.
   * Throws a Problem before the first byte where no identity fits. Nothing counts before the end has come in order: only
   * then is it shown that nothing was cut off. `what` names the stream in texts.
   */
  open(sealed: AsyncIterable<Uint8Array>, what: string): AsyncIterable<Buffer>;
}

export interface Signer {
  sign(message: Buffer): Signature;
}

/** `unknown-key`: signed by a key that isn't among ours. */
export type SignatureCheck = 'valid' | 'invalid' | 'unknown-key';

export interface Verifier {
  verify(message: Buffer, signature: Signature): SignatureCheck;
}
