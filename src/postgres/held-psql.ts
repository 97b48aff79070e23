// psql held open for one transaction: fed with whole scripts and read back as bytes, both without an end to their size.
// It stops at the first error, and with it the transaction; `Session` goes on after one and keeps answers in memory.
import { randomUUID } from 'node:crypto';
import type { Problem } from '../problems/problem.ts';
import type { ToolOutput } from './port.ts';
import { runTool, type ToolCommand, type ToolEnd } from './tool.ts';

/** What psql would put in the place of `:NAME` in the scripts that pass. */
const INTERPOLATED = ['DBNAME', 'HOST', 'PORT', 'USER', 'ENCODING'];

export class HeldPsql {
  /** What is being done, for the text of a failure. */
  step = 'connecting';
  /** SQL_ASCII servers hold any bytes: read and written one to one. */
  encoding: 'utf8' | 'latin1' = 'utf8';
  readonly #tool: ReturnType<typeof runTool>;
  readonly #output: AsyncIterator<Buffer>;
  readonly #nonce = randomUUID();

  constructor(psql: ToolCommand, folder: string, explain: (step: string, end: ToolEnd) => Problem) {
    const args = ['-X', '-A', '-t', '-q', '--set=ON_ERROR_STOP=1', ...psql.args];
    this.#tool = runTool({ ...psql, args }, folder, end => explain(this.step, end));
    this.#output = this.#tool.output[Symbol.asyncIterator]();
    void this.#tool.write(Buffer.from(INTERPOLATED.map(name => `\\unset ${name}\n`).join('')));
  }

  /** Feeds the script and hands on what psql prints to it. Resolves when all of it has been carried out. */
  async exchange(
    step: string,
    script: AsyncIterable<Buffer> | Iterable<Buffer>,
    take: (piece: Buffer) => void,
  ): Promise<void> {
    for await (const piece of this.answer(step, script)) take(piece);
  }

  /** The same, for who reads at a pace of his own; must be read to its end. */
  async *answer(step: string, script: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
    this.step = step;
    const over = new AbortController();
    // psql prints while it is fed: whoever reads only afterwards waits for a psql that waits for him.
    const fed = this.#feed(script, over.signal);
    fed.catch(() => {});
    try {
      yield* this.#upToMarker();
    } finally {
      over.abort();
    }
    await fed;
  }

  async lines(step: string, script: string): Promise<string[]> {
    const pieces: Buffer[] = [];
    await this.exchange(step, [Buffer.from(script, this.encoding)], piece => pieces.push(Buffer.from(piece)));
    return Buffer.concat(pieces).toString(this.encoding).split('\n').slice(0, -1);
  }

  /** The rows of a SELECT as objects. */
  async rows<T>(step: string, select: string): Promise<T[]> {
    const lines = await this.lines(step, `select to_jsonb(answer)::text from (${select}) answer;`);
    return lines.map(line => JSON.parse(line) as T);
  }

  /** Runs each row of a SELECT as a statement, so that names never travel. */
  generated(step: string, select: string): Promise<string[]> {
    return this.lines(step, `${select} \\gexec`);
  }

  /** Ends psql, and with it a transaction that has not been committed. Idempotent. */
  stop(): Promise<void> {
    return this.#tool.stop();
  }

  async #feed(script: AsyncIterable<Buffer> | Iterable<Buffer>, over: AbortSignal): Promise<void> {
    for await (const piece of script) {
      if (over.aborted) return;
      await this.#tool.write(piece);
    }
    await this.#tool.write(Buffer.from(`\n\\echo ${this.#nonce}\n`));
  }

  async *#upToMarker(): AsyncGenerator<Buffer> {
    const marker = Buffer.from(`${this.#nonce}\n`);
    let kept = Buffer.alloc(0);
    for (;;) {
      const { value, done } = await this.#output.next();
      if (done) {
        await this.#tool.done;
        throw new Error('psql ended before it was told to');
      }
      const together = Buffer.concat([kept, value]);
      const at = together.indexOf(marker);
      if (at !== -1) {
        if (at > 0) yield together.subarray(0, at);
        return;
      }
      // Of what may be the marker's beginning nothing is handed on.
      const safe = Math.max(0, together.length - marker.length);
      kept = together.subarray(safe);
      if (safe > 0) yield together.subarray(0, safe);
    }
  }
}

/** What psql printed, as a running tool has it. */
export function asOutput(answer: AsyncGenerator<Buffer>): ToolOutput {
  return {
    output: answer,
    done: Promise.resolve({ warnings: [] }),
    async stop() {
      // Not awaited: who was waiting for more may wait for ever. An answer given up half-way is its transaction's end.
      void answer.return(undefined);
    },
  };
}
