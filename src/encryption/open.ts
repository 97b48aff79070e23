// Opens what was sealed to age recipients. The header is read by age's own library; the payload goes through OpenSSL's
// ChaCha20-Poly1305, chunk by chunk. A chunk that was changed, moved, cut off or put behind the end is refused, and
// nothing that came out counts before the end was authenticated.
import { createDecipheriv } from 'node:crypto';
import { Decrypter } from 'age-encryption';
import {
  ageHeaderDamaged,
  noIdentityFits,
  notAge,
  payloadContinued,
  payloadCut,
  payloadDamaged,
} from '../problems/keys.ts';
import { CHUNK, ChunkNonce, NONCE, payloadKey, release, TAG } from './age-payload.ts';
import type { Opener } from './port.ts';

const INTRO = Buffer.from('age-encryption.org/v1\n');
/** Begins the header's last line, a MAC of 43 characters. */
const MAC_LINE = Buffer.from('\n--- ');
const MAC_CHARACTERS = 43;
/** A recipient takes 100 bytes, a post-quantum one 1.6 KiB: hundreds of them fit. */
const LARGEST_HEADER = 1024 * 1024;
const SEALED_CHUNK = CHUNK + TAG;

export class AgeOpener implements Opener {
  readonly #decrypter = new Decrypter();

  /** `identities` as `parseIdentities` accepted them. */
  constructor(identities: readonly string[]) {
    for (const identity of identities) this.#decrypter.addIdentity(identity);
  }

  async *open(sealed: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Buffer> {
    const source = sealed[Symbol.asyncIterator]();
    try {
      const { header, nonce, rest } = await readHead(source, what);
      const key = payloadKey(await this.#fileKey(header, what), nonce);
      const payload = new Payload(key, what);
      yield* payload.push(rest);
      for (let next = await source.next(); !next.done; next = await source.next())
        yield* payload.push(next.value);
      yield payload.end();
    } finally {
      await source.return?.();
    }
  }

  async #fileKey(header: Buffer, what: string): Promise<Uint8Array> {
    try {
      return await this.#decrypter.decryptHeader(header);
    } catch (error) {
      if (/no identity matched/.test(String(error))) throw noIdentityFits(what);
      throw ageHeaderDamaged(what, error);
    }
  }
}

/** The textual header, the nonce behind it, and what came with them of the payload. */
async function readHead(
  source: AsyncIterator<Uint8Array>,
  what: string,
): Promise<{ header: Buffer; nonce: Buffer; rest: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const intro = read.subarray(0, INTRO.length);
    if (!intro.equals(INTRO.subarray(0, intro.length))) throw notAge(what);
    const macAt = read.indexOf(MAC_LINE);
    const end = macAt === -1 ? -1 : macAt + MAC_LINE.length + MAC_CHARACTERS + 1;
    if (end !== -1 && read.length >= end + NONCE) {
      return {
        header: read.subarray(0, end),
        nonce: read.subarray(end, end + NONCE),
        rest: read.subarray(end + NONCE),
      };
    }
    if (read.length > LARGEST_HEADER) throw ageHeaderDamaged(what);
    const next = await source.next();
    if (next.done) throw read.length < INTRO.length ? notAge(what) : ageHeaderDamaged(what);
    read = Buffer.concat([read, next.value]);
  }
}

class Payload {
  readonly #key: Buffer;
  readonly #what: string;
  readonly #nonce = new ChunkNonce();
  /** A chunk is opened only when a byte after it is known, or the end: whether it is the last one must be known. */
  readonly #held = Buffer.allocUnsafeSlow(SEALED_CHUNK);
  #heldBytes = 0;
  #chunks = 0;

  constructor(key: Buffer, what: string) {
    this.#key = key;
    this.#what = what;
  }

  /** Plain chunks; each is lent until the next is asked for. */
  *push(sealed: Uint8Array): Generator<Buffer> {
    let from = 0;
    while (this.#heldBytes + sealed.length - from > SEALED_CHUNK) {
      if (this.#heldBytes === 0) {
        yield* this.#take(sealed.subarray(from, from + SEALED_CHUNK));
        from += SEALED_CHUNK;
      } else {
        from += this.#hold(sealed, from);
        this.#heldBytes = 0;
        yield* this.#take(this.#held);
      }
    }
    this.#hold(sealed, from);
  }

  end(): Buffer {
    const last = this.#held.subarray(0, this.#heldBytes);
    const plain = this.#open(last, true);
    // An empty last chunk is only right where it is the only one.
    if (plain && (plain.length > 0 || this.#chunks === 0)) return plain;
    const wasFollowed = last.length === SEALED_CHUNK && this.#open(last, false) !== undefined;
    if (last.length < TAG || wasFollowed) throw payloadCut(this.#what);
    throw payloadDamaged(this.#what, this.#chunks * CHUNK);
  }

  /** Copies as much as fits from `sealed` and says how much that was. */
  #hold(sealed: Uint8Array, from: number): number {
    const bytes = Math.min(SEALED_CHUNK - this.#heldBytes, sealed.length - from);
    this.#held.set(sealed.subarray(from, from + bytes), this.#heldBytes);
    this.#heldBytes += bytes;
    return bytes;
  }

  *#take(chunk: Uint8Array): Generator<Buffer> {
    const plain = this.#open(chunk, false);
    if (!plain) {
      if (this.#open(chunk, true)) throw payloadContinued(this.#what);
      throw payloadDamaged(this.#what, this.#chunks * CHUNK);
    }
    this.#nonce.count();
    this.#chunks += 1;
    yield plain;
    release(plain);
  }

  /** undefined where its tag doesn't fit. */
  #open(chunk: Uint8Array, last: boolean): Buffer<ArrayBuffer> | undefined {
    if (chunk.length < TAG) return undefined;
    const nonce = this.#nonce.of(last);
    const decipher = createDecipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: TAG });
    decipher.setAuthTag(chunk.subarray(-TAG));
    const plain = decipher.update(chunk.subarray(0, -TAG));
    try {
      decipher.final();
      return plain;
    } catch {
      plain.fill(0);
      return undefined;
    }
  }
}
