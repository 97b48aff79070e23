import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutCommit } from '../../../src/postgres/without-commit.ts';

const HEAD =
  '--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nBEGIN;\n\nSET statement_timeout = 0;\n';
const BODY = "INSERT INTO t VALUES ('\nCOMMIT;\n');\n";
const END = '\nCOMMIT;\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n';

async function fed(pieces: readonly Buffer[], done: Promise<unknown> = Promise.resolve()): Promise<string> {
  const output = (async function* () {
    // A buffer holds its bytes only until the next is asked for.
    for (const piece of pieces) {
      const lent = Buffer.from(piece);
      yield lent;
      lent.fill(0);
    }
  })();
  const read: Buffer[] = [];
  const tool = { output, done: done.then(() => ({ warnings: [] })), stop: async () => {} };
  for await (const piece of withoutCommit(tool)) read.push(Buffer.from(piece));
  return Buffer.concat(read).toString();
}

it('takes away the last COMMIT alone, wherever the pieces are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(20_000), fc.integer({ min: 1, max: 9_000 }), async (filler, size) => {
      const text = Buffer.from(`${HEAD}${'-- x\n'.repeat(filler / 5)}${BODY}${END}`);
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.subarray(at * size, (at + 1) * size),
      );
      expect(await fed(pieces)).toBe(text.toString().replace(END, END.replace('\nCOMMIT;\n', '\n')));
    }),
    { numRuns: 30 },
  );
});

it('hands on what has no transaction as it is', async () => {
  const text = `${HEAD.replace('BEGIN;\n\n', '')}${BODY}--\n-- PostgreSQL database dump complete\n--\n`;
  expect(await fed([Buffer.from(text)])).toBe(text);
});

it('refuses an end that it does not know, and a tool that failed', async () => {
  await expect(fed([Buffer.from(`${HEAD}${BODY}${END}SELECT 1;\n`)])).rejects.toThrow('no COMMIT');
  const failed = Promise.reject(new Error('it failed'));
  failed.catch(() => {});
  await expect(fed([Buffer.from(HEAD)], failed)).rejects.toThrow('it failed');
});
