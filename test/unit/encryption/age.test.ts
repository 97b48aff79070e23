// Our age streams are opened by two programs that know nothing of us: age's own library and the stock command.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Decrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgeEncryption } from '../../../src/encryption/age.ts';
import { Problem } from '../../../src/problems/problem.ts';

const CHUNK = 65_536;
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 5_000_000];
const hasAge = spawnSync('age', ['--version']).status === 0;

let folder: string;
let identity: string;
let recipient: string;
let identityFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'age-test-'));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  identityFile = join(folder, 'identity');
  writeFileSync(identityFile, identity, { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Hands `plain` over in pieces of the given sizes, the rest at once. */
async function encrypt(plain: Buffer, pieces: readonly number[] = [], to = [recipient]): Promise<Buffer> {
  const sealer = await new AgeEncryption(to).sealer();
  const out: Buffer[] = [];
  let from = 0;
  for (const piece of [...pieces, plain.length]) {
    // Copied at once: the buffer is ours only until the next call.
    out.push(Buffer.from(sealer.update(plain.subarray(from, from + piece))));
    from = Math.min(from + piece, plain.length);
  }
  out.push(Buffer.from(sealer.finish()));
  return Buffer.concat(out);
}

async function decryptByLibrary(sealed: Buffer, by = identity): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(by);
  return Buffer.from(await decrypter.decrypt(sealed));
}

function decryptByCommand(sealed: Buffer): { status: number | null; plain: Buffer } {
  const result = spawnSync('age', ['-d', '-i', identityFile], { input: sealed, maxBuffer: 1 << 27 });
  return { status: result.status, plain: result.stdout };
}

function flip(sealed: Buffer, at: number): Buffer {
  const damaged = Buffer.from(sealed);
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return damaged;
}

describe('an age stream', () => {
  it.each(SIZES)('of %i bytes is opened by the library', async size => {
    const plain = randomBytes(size);
    expect((await decryptByLibrary(await encrypt(plain))).equals(plain)).toBe(true);
  });

  it('is the same archive however the bytes are cut into calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 3 * CHUNK }),
        fc.array(fc.oneof(fc.nat({ max: 2 * CHUNK }), fc.constantFrom(0, 1, CHUNK - 1, CHUNK, CHUNK + 1)), {
          maxLength: 6,
        }),
        async (size, pieces) => {
          const plain = randomBytes(size);
          return (await decryptByLibrary(await encrypt(plain, pieces))).equals(plain);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is opened by each of its recipients and by nobody else', async () => {
    const second = await generateX25519Identity();
    const stranger = await generateX25519Identity();
    const plain = Buffer.from('both of us');
    const sealed = await encrypt(plain, [], [recipient, await identityToRecipient(second)]);
    expect(await decryptByLibrary(sealed)).toEqual(plain);
    expect(await decryptByLibrary(sealed, second)).toEqual(plain);
    await expect(decryptByLibrary(sealed, stranger)).rejects.toThrow('no identity matched');
  });

  it('can be for a post-quantum recipient', async () => {
    const hybrid = await generateHybridIdentity();
    const sealed = await encrypt(Buffer.from('later'), [], [await identityToRecipient(hybrid)]);
    expect((await decryptByLibrary(sealed, hybrid)).toString()).toBe('later');
  });

  it('has a file key of its own each time', async () => {
    const encryption = new AgeEncryption([recipient]);
    const [one, two] = [await encryption.sealer(), await encryption.sealer()];
    const plain = Buffer.alloc(2 * CHUNK);
    const tail = (sealer: typeof one) => Buffer.from(sealer.update(plain)).subarray(-1000);
    expect(tail(one).equals(tail(two))).toBe(false);
  });

  it('never holds more than a chunk back', async () => {
    const sealer = await new AgeEncryption([recipient]).sealer();
    sealer.update(Buffer.alloc(0));
    let plainBytes = 0;
    let sealedBytes = 0;
    for (let call = 0; call < 40; call++) {
      plainBytes += 50_000;
      sealedBytes += sealer.update(Buffer.alloc(50_000)).length;
      expect(plainBytes - sealedBytes).toBeLessThanOrEqual(CHUNK);
    }
  });

  it('gives its output in a buffer that it uses again', async () => {
    const sealer = await new AgeEncryption([recipient]).sealer();
    const plain = Buffer.alloc(4 * CHUNK);
    sealer.update(plain);
    const before = sealer.update(plain);
    expect(sealer.update(plain).buffer).toBe(before.buffer);
  });

  it("leaves the caller's bytes as they are", async () => {
    const plain = randomBytes(3 * CHUNK);
    const copy = Buffer.from(plain);
    await encrypt(plain, [1, CHUNK]);
    expect(plain.equals(copy)).toBe(true);
  });

  it('takes nothing after its end', async () => {
    const sealer = await new AgeEncryption([recipient]).sealer();
    sealer.finish();
    expect(() => sealer.update(Buffer.alloc(1))).toThrow('finished');
    expect(() => sealer.finish()).toThrow('finished');
  });

  it('to a key that is none fails before the first byte, with a problem', async () => {
    const zeros = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z';
    const failure = await new AgeEncryption([recipient, zeros]).sealer().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toHaveProperty('code', 'PGB604');
    expect(String(failure)).not.toContain('qqqq');
  });
});

describe('a damaged age stream is refused by the library', () => {
  it('cut anywhere', async () => {
    const sealed = await encrypt(randomBytes(2 * CHUNK + 5));
    const header = sealed.indexOf('\n---') + 1;
    for (const length of [
      0,
      header,
      sealed.length - 1,
      sealed.length - 21,
      sealed.length - 22,
      CHUNK,
      CHUNK + 500,
    ]) {
      await expect(decryptByLibrary(sealed.subarray(0, length)), `cut to ${length}`).rejects.toThrow();
    }
  });

  it('cut exactly at the end of a chunk', async () => {
    const sealed = await encrypt(randomBytes(2 * CHUNK));
    await expect(decryptByLibrary(sealed.subarray(0, sealed.length - CHUNK - 16))).rejects.toThrow();
  });

  it('with one bit changed anywhere', async () => {
    const sealed = await encrypt(randomBytes(CHUNK + 100));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), async at => {
        await expect(decryptByLibrary(flip(sealed, at))).rejects.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(!hasAge)('the stock age command (skipped where `age` is not installed)', () => {
  it.each(SIZES)('opens a stream of %i bytes', async size => {
    const plain = randomBytes(size);
    const opened = decryptByCommand(await encrypt(plain, [7, CHUNK]));
    expect(opened.status).toBe(0);
    expect(opened.plain.equals(plain)).toBe(true);
  });

  it('opens what is encrypted to its own kind of key', async () => {
    const file = join(folder, 'made-by-age-keygen');
    execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' });
    const to = execFileSync('age-keygen', ['-y', file]).toString().trim();
    const opened = execFileSync('age', ['-d', '-i', file], {
      input: await encrypt(Buffer.from('hers'), [], [to]),
    });
    expect(opened.toString()).toBe('hers');
  });

  it('refuses a stream that is cut, changed or longer', async () => {
    const sealed = await encrypt(randomBytes(2 * CHUNK));
    const damaged = [
      sealed.subarray(0, -1),
      sealed.subarray(0, -CHUNK - 16),
      flip(sealed, sealed.length - 1),
      flip(sealed, 300),
      Buffer.concat([sealed, Buffer.from('x')]),
    ];
    for (const bytes of damaged) expect(decryptByCommand(bytes).status).not.toBe(0);
  });
});
