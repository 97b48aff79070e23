// What others sealed is opened, byte for byte; what is not whole, not unchanged or not for us is refused with the reason.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgeEncryption } from '../../../src/encryption/age.ts';
import { AgeOpener } from '../../../src/encryption/open.ts';
import { Problem } from '../../../src/problems/problem.ts';

const CHUNK = 65_536;
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 5_000_000];
const hasAge = spawnSync('age', ['--version']).status === 0;

let identity: string;
let recipient: string;
beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

async function seal(plain: Buffer, to = [recipient]): Promise<Buffer> {
  const sealer = await new AgeEncryption(to).sealer();
  const head = Buffer.from(sealer.update(plain));
  return Buffer.concat([head, sealer.finish()]);
}

async function sealByLibrary(plain: Buffer, to = recipient): Promise<Buffer> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  return Buffer.from(await encrypter.encrypt(plain));
}

/** In pieces of the given sizes, the rest at once; the buffers are used again, as the store's are. */
async function* cut(sealed: Buffer, pieces: readonly number[]): AsyncGenerator<Buffer> {
  const lent = Buffer.alloc(sealed.length);
  let from = 0;
  for (const piece of [...pieces, sealed.length]) {
    const bytes = sealed.copy(lent, 0, from, Math.min(from + piece, sealed.length));
    from += bytes;
    yield lent.subarray(0, bytes);
    lent.fill('#');
  }
}

/** What came out before the end or the refusal, and its code. */
async function open(
  sealed: Buffer,
  pieces: readonly number[] = [],
  by: readonly string[] = [identity],
): Promise<{ plain: Buffer; code?: string; text?: string }> {
  const plain: Buffer[] = [];
  try {
    for await (const chunk of new AgeOpener(by).open(cut(sealed, pieces), 'app.dump.age'))
      plain.push(Buffer.from(chunk));
    return { plain: Buffer.concat(plain) };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return { plain: Buffer.concat(plain), code: problem.code, text: String(problem) };
  }
}

function flip(sealed: Buffer, at: number): Buffer {
  const damaged = Buffer.from(sealed);
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return damaged;
}

describe('an age stream is opened', () => {
  it.each(SIZES)('of %i bytes, sealed by the library and by us', async size => {
    const plain = randomBytes(size);
    for (const sealed of [await sealByLibrary(plain), await seal(plain)]) {
      const opened = await open(sealed);
      expect(opened.code).toBeUndefined();
      expect(opened.plain.equals(plain)).toBe(true);
    }
  });

  it.skipIf(!hasAge).each(SIZES)('of %i bytes, sealed by the age command', async size => {
    const plain = randomBytes(size);
    const { stdout } = spawnSync('age', ['-r', recipient], { input: plain, maxBuffer: 1 << 27 });
    expect((await open(stdout)).plain.equals(plain)).toBe(true);
  });

  it('however it is cut into pieces', async () => {
    const sizes = fc.oneof(
      fc.nat({ max: 2 * CHUNK }),
      fc.constantFrom(0, 1, 16, CHUNK, CHUNK + 16, CHUNK + 17),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 3 * CHUNK }),
        fc.array(sizes, { maxLength: 8 }),
        async (size, pieces) => {
          const plain = randomBytes(size);
          return (await open(await seal(plain), pieces)).plain.equals(plain);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('byte by byte', async () => {
    const sealed = await seal(Buffer.from('a few words'));
    const pieces = Array.from(sealed, () => 1);
    expect((await open(sealed, pieces)).plain.toString()).toBe('a few words');
  });

  it('by any one of several identities, post-quantum ones too', async () => {
    const hybrid = await generateHybridIdentity();
    const stranger = await generateX25519Identity();
    const sealed = await seal(
      Buffer.from('ours'),
      [recipient, await identityToRecipient(hybrid)].slice(0, 1),
    );
    const later = await seal(Buffer.from('later'), [await identityToRecipient(hybrid)]);
    expect((await open(sealed, [], [stranger, identity])).plain.toString()).toBe('ours');
    expect((await open(later, [], [identity, hybrid])).plain.toString()).toBe('later');
  });
});

describe('an age stream is refused', () => {
  it('that is for somebody else, before a byte comes out', async () => {
    const stranger = await generateX25519Identity();
    const { plain, code, text } = await open(await seal(randomBytes(CHUNK)), [], [stranger]);
    expect([plain.length, code]).toEqual([0, 'PGB631']);
    expect(text).toContain('app.dump.age');
    expect(text).not.toContain('AGE-SECRET-KEY-1');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an archive', Buffer.from('PGDMP\x01\x0f and so on')],
    ['half an intro', Buffer.from('age-encr')],
  ])('that is none: %s', async (_, bytes) => {
    expect((await open(bytes)).code).toBe('PGB632');
  });

  it('whose header was changed, cut off or never ends', async () => {
    const sealed = await seal(Buffer.from('plain'));
    const mac = sealed.indexOf('\n--- ') + 5;
    const stanza = Buffer.concat([
      sealed.subarray(0, 22),
      Buffer.from('-> other abc\n\n'),
      sealed.subarray(22),
    ]);
    for (const bytes of [
      flip(sealed, mac + 3),
      stanza,
      sealed.subarray(0, mac + 10),
      sealed.subarray(0, mac + 44 + 7),
      Buffer.concat([sealed.subarray(0, 22), Buffer.alloc(2_000_000, '-> x y\n')]),
    ])
      expect((await open(bytes, [30_000, 30_000])).code).toBe('PGB633');
  });

  it('cut anywhere in its payload, and says so where that can be told', async () => {
    const sealed = await seal(randomBytes(2 * CHUNK + 5));
    const start = sealed.indexOf('\n--- ') + 5 + 44 + 16;
    for (const bytes of [CHUNK + 16, 2 * (CHUNK + 16)])
      expect((await open(sealed.subarray(0, start + bytes))).code, `${bytes}`).toBe('PGB635');
    for (const bytes of [0, 1, 15])
      expect((await open(sealed.subarray(0, start + bytes))).code).toBe('PGB635');
    for (const bytes of [16, 500, CHUNK, CHUNK + 17 + 16, 2 * (CHUNK + 16) + 20])
      expect((await open(sealed.subarray(0, start + bytes))).code, `${bytes}`).toMatch('PGB634');
  });

  it('with one bit flipped anywhere, and gives out nothing of the chunk it lies in', async () => {
    const plain = randomBytes(2 * CHUNK + 300);
    const sealed = await seal(plain);
    const start = sealed.indexOf('\n--- ') + 5 + 44;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: sealed.length - 1 }), async at => {
        const opened = await open(flip(sealed, at));
        expect(opened.code).toBe('PGB634');
        const chunk = at < start + 16 ? 0 : Math.floor((at - start - 16) / (CHUNK + 16));
        expect(opened.plain.equals(plain.subarray(0, chunk * CHUNK))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('with something appended, another stream too', async () => {
    const sealed = await seal(randomBytes(CHUNK));
    for (const more of [sealed, Buffer.alloc(CHUNK + 16)])
      expect((await open(Buffer.concat([sealed, more]))).code).toBe('PGB636');
    expect((await open(Buffer.concat([sealed, Buffer.from('x')]))).code).toBe('PGB636');
    const short = await seal(randomBytes(100));
    expect((await open(Buffer.concat([short, Buffer.from('x')]))).code).toBe('PGB634');
  });

  it('with its chunks in another order', async () => {
    const sealed = await seal(randomBytes(3 * CHUNK));
    const start = sealed.indexOf('\n--- ') + 5 + 44 + 16;
    const chunk = (at: number) => sealed.subarray(start + at * (CHUNK + 16), start + (at + 1) * (CHUNK + 16));
    const swapped = Buffer.concat([sealed.subarray(0, start), chunk(1), chunk(0), chunk(2)]);
    expect((await open(swapped)).code).toBe('PGB634');
  });

  it('and what it was read from is closed', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield Buffer.from('not age at all, but long enough to tell');
        yield Buffer.alloc(10);
      } finally {
        closed = true;
      }
    }
    await expect(
      new AgeOpener([identity]).open(source(), 'x')[Symbol.asyncIterator]().next(),
    ).rejects.toThrow();
    expect(closed).toBe(true);
  });
});
