// What `pg_restore --single-transaction` prints, less the COMMIT at its end: whether it is to be committed is decided
// after the tables have been read back. (Without that option large objects would bring transactions of their own.)
import type { ToolOutput } from './port.ts';

/** BEGIN stands below a comment and, in newer minors, a psql command. */
const HEAD_BYTES = 1_024;
/** Longer than anything that pg_restore prints after its COMMIT. */
const TAIL_BYTES = 4_096;
const COMMIT = /\nCOMMIT;\n(?=(?:--[^\n]*\n|\n|\\unrestrict \w+\n)*$)/;

/** Throws where the tool failed, before its last bytes are handed on; what pg_dump printed has no COMMIT and needs none. */
export async function* withoutCommit({ output, done }: ToolOutput): AsyncGenerator<Buffer> {
  let head = '';
  let tail = Buffer.alloc(0);
  for await (const piece of output) {
    const together = Buffer.concat([tail, piece]);
    if (head.length < HEAD_BYTES) head += piece.toString('latin1', 0, HEAD_BYTES);
    const safe = Math.max(0, together.length - TAIL_BYTES);
    tail = together.subarray(safe);
    if (safe > 0) yield together.subarray(0, safe);
  }
  await done;
  const text = tail.toString('latin1');
  const begun = head.includes('\nBEGIN;\n');
  if (begun && !COMMIT.test(text)) throw new Error('pg_restore printed no COMMIT where every version does');
  yield Buffer.from(begun ? text.replace(COMMIT, '\n') : text, 'latin1');
}
