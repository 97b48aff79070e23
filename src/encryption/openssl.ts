// Opens what `openssl enc -aes-256-cbc` sealed, in this process: the password reaches no other one. The file says neither
// how its key was derived nor whether the password is right, so the usual ways are tried, and the one whose first bytes
// are something known is taken. This cipher notices no change of its bytes: whatever lies inside must prove itself.
import { createDecipheriv, createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { layerDamaged, passwordWrong } from '../problems/restore-files.ts';

const MAGIC = Buffer.from('Salted__');
const HEAD = MAGIC.length + 8;
const BLOCK = 16;
const [KEY, IV] = [32, 16];
/** Enough to tell what is inside. */
const TRIED_BYTES = 4096;
/** What `-pbkdf2` takes unless `-iter` says otherwise, and what scripts say. */
const USUAL_ROUNDS = 10_000;
const OTHER_ROUNDS = [
  100_000, 1_000_000, 600_000, 310_000, 210_000, 200_000, 250_000, 500_000, 20_000, 50_000,
];
/** `-md`: sha256 since OpenSSL 1.1, md5 before. */
const DIGESTS = ['sha256', 'md5', 'sha512', 'sha1'];

const CUT = 'it is cut off, or was changed at its end';
const derive = promisify(pbkdf2);

export class OpensslOpener {
  readonly #password: Buffer;
  readonly #isKnown: (head: Buffer) => boolean;

  /** Of a password that was read from a file, the line end is not part of it. `isKnown`: whether a file may begin so. */
  constructor(password: string, isKnown: (head: Buffer) => boolean) {
    this.#password = Buffer.from(password.replace(/\r?\n$/, ''));
    this.#isKnown = isKnown;
  }

  /** Plain bytes. Throws a Problem before the first one where no way of deriving the key fits. */
  async *open(sealed: AsyncIterable<Buffer>, what: string): AsyncGenerator<Buffer> {
    const source = sealed[Symbol.asyncIterator]();
    try {
      const head = await readHead(source);
      if (head.length < HEAD + BLOCK) throw layerDamaged('openssl encryption', what, CUT);
      const { key, iv } = await this.#findKey(head, what);
      const decipher = createDecipheriv('aes-256-cbc', key, iv);
      yield decipher.update(head.subarray(HEAD));
      for (let next = await source.next(); !next.done; next = await source.next())
        yield decipher.update(next.value);
      yield last(decipher, what);
    } finally {
      await source.return?.();
    }
  }

  async #findKey(head: Buffer, what: string): Promise<{ key: Buffer; iv: Buffer }> {
    const salt = head.subarray(MAGIC.length, HEAD);
    const whole = head.length - ((head.length - HEAD) % BLOCK);
    const first = head.subarray(HEAD, Math.min(whole, HEAD + TRIED_BYTES));
    for await (const material of candidates(this.#password, salt)) {
      const [key, iv] = [material.subarray(0, KEY), material.subarray(KEY, KEY + IV)];
      if (this.#isKnown(beginning(first, key, iv))) return { key, iv };
    }
    throw passwordWrong(what);
  }
}

async function* candidates(password: Buffer, salt: Buffer): AsyncGenerator<Buffer> {
  const stretched = (rounds: number) =>
    ['sha256', 'sha512'].map(digest => derive(password, salt, rounds, KEY + IV, digest));
  for (const digest of DIGESTS) yield bytesToKey(digest, password, salt);
  yield* await Promise.all(stretched(USUAL_ROUNDS));
  // Side by side: all of them are seconds.
  yield* await Promise.all(OTHER_ROUNDS.flatMap(stretched));
}

/** OpenSSL's own way from before PBKDF2: one round of a digest over digest, password and salt, until there is enough. */
function bytesToKey(digest: string, password: Buffer, salt: Buffer): Buffer {
  let [material, block] = [Buffer.alloc(0), Buffer.alloc(0)];
  while (material.length < KEY + IV) {
    block = createHash(digest).update(block).update(password).update(salt).digest();
    material = Buffer.concat([material, block]);
  }
  return material;
}

function beginning(sealed: Buffer, key: Buffer, iv: Buffer): Buffer {
  return createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false).update(sealed);
}

function last(decipher: ReturnType<typeof createDecipheriv>, what: string): Buffer {
  try {
    return decipher.final();
  } catch {
    // The first bytes were right, so the password is: blocks are missing at the end, or were changed there.
    throw layerDamaged('openssl encryption', what, CUT);
  }
}

async function readHead(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let read = Buffer.alloc(0);
  while (read.length < HEAD + TRIED_BYTES) {
    const next = await source.next();
    if (next.done) break;
    read = Buffer.concat([read, next.value]);
  }
  return read;
}
