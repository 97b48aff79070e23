// Encrypts a stream to age's format (age-encryption.org/v1), so that stock `age` opens it without this project. The
// header comes from age's own library; the payload, where the bytes are, goes through OpenSSL's ChaCha20-Poly1305,
// which is several times as fast as the library's.
import { createCipheriv, randomBytes } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { encryptionFailed } from '../problems/keys.ts';
import { CHUNK, ChunkNonce, NONCE, payloadKey, release, TAG } from './age-payload.ts';
import type { Encryption, Sealer } from './port.ts';

/** What the library appends to the header of an empty file: a nonce and the tag of an empty chunk. */
const EMPTY_PAYLOAD = NONCE + TAG;

export class AgeEncryption implements Encryption {
  readonly recipients: number;
  readonly #recipients: readonly string[];

  /** `recipients` as `parseRecipients` accepted them. */
  constructor(recipients: readonly string[]) {
    this.#recipients = recipients;
    this.recipients = recipients.length;
  }

  async sealer(): Promise<Sealer> {
    const { header, fileKey } = await makeHeader(this.#recipients);
    // A nonce of our own: the library has used its one for the empty chunk that is thrown away here.
    const nonce = randomBytes(NONCE);
    return new AgeSealer(Buffer.concat([header, nonce]), payloadKey(fileKey, nonce));
  }
}

async function makeHeader(recipients: readonly string[]): Promise<{ header: Buffer; fileKey: Buffer }> {
  const encrypter = new Encrypter();
  let fileKey: Buffer | undefined;
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  // Writes nothing into the header; it is only the library's one way to tell the file key that it drew.
  encrypter.addRecipient({
    wrapFileKey: drawn => {
      fileKey = Buffer.from(drawn);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array(0)).catch((cause: unknown) => {
    throw encryptionFailed(cause);
  });
  if (!fileKey) throw new Error('age-encryption did not hand out a file key');
  return { header: Buffer.from(empty.subarray(0, -EMPTY_PAYLOAD)), fileKey };
}

class AgeSealer implements Sealer {
  readonly #key: Buffer;
  readonly #nonce = new ChunkNonce();
  /** Plain bytes held back: whether a chunk is the last one must be known before it is encrypted. */
  readonly #held = Buffer.allocUnsafe(CHUNK);
  #heldBytes = 0;
  /** Reused from call to call; grows to what the largest call needs. */
  #output: Buffer;
  #outputBytes: number;
  #finished = false;

  constructor(start: Buffer, key: Buffer) {
    this.#key = key;
    this.#output = start;
    this.#outputBytes = start.length;
  }

  update(plain: Uint8Array): Buffer {
    this.#mustBeOpen();
    this.#makeRoom(this.#heldBytes + plain.length);
    let from = 0;
    // A chunk leaves only when a byte after it is known, so the last one is never empty unless all is.
    while (this.#heldBytes + plain.length - from > CHUNK) {
      if (this.#heldBytes === 0) {
        this.#seal(plain.subarray(from, from + CHUNK), false);
        from += CHUNK;
      } else {
        from += this.#hold(plain, from);
        this.#seal(this.#held, false);
        this.#heldBytes = 0;
      }
    }
    this.#hold(plain, from);
    return this.#takeOutput();
  }

  finish(): Buffer {
    this.#mustBeOpen();
    this.#finished = true;
    this.#makeRoom(this.#heldBytes);
    this.#seal(this.#held.subarray(0, this.#heldBytes), true);
    this.#key.fill(0);
    return this.#takeOutput();
  }

  #mustBeOpen(): void {
    if (this.#finished) throw new Error('this age stream is finished');
  }

  /** Copies as much as fits from `plain` and says how much that was. */
  #hold(plain: Uint8Array, from: number): number {
    const bytes = Math.min(CHUNK - this.#heldBytes, plain.length - from);
    this.#held.set(plain.subarray(from, from + bytes), this.#heldBytes);
    this.#heldBytes += bytes;
    return bytes;
  }

  #seal(plain: Uint8Array, last: boolean): void {
    const nonce = this.#nonce.of(last);
    const cipher = createCipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: TAG });
    const sealed = cipher.update(plain);
    this.#append(sealed);
    release(sealed);
    cipher.final();
    this.#append(cipher.getAuthTag());
    this.#nonce.count();
  }

  #makeRoom(plainBytes: number): void {
    const chunks = Math.ceil(plainBytes / CHUNK) + 1;
    const needed = this.#outputBytes + plainBytes + chunks * TAG;
    if (this.#output.length >= needed) return;
    const larger = Buffer.allocUnsafe(needed);
    this.#output.copy(larger, 0, 0, this.#outputBytes);
    this.#output = larger;
  }

  #append(bytes: Buffer): void {
    this.#output.set(bytes, this.#outputBytes);
    this.#outputBytes += bytes.length;
  }

  #takeOutput(): Buffer {
    const ready = this.#output.subarray(0, this.#outputBytes);
    this.#outputBytes = 0;
    return ready;
  }
}
