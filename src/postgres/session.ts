// psql held open as a session: one statement in, its rows out. Each answer is closed by a marker of our own on both
// of psql's pipes, because nothing orders two pipes. Only SQL written in this project goes through here.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { queryFailed, queryTimedOut } from '../problems/postgres.ts';
import type { Problem } from '../problems/problem.ts';
import { explainText, type Named } from './explain.ts';
import type { ToolCommand } from './tool.ts';

interface Waiting {
  readonly what: string;
  readonly resolve: (lines: Buffer[]) => void;
  readonly reject: (problem: Problem) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Room for the slowest catalog query on 100,000 tables; counts bring their own. */
const QUERY_TIMEOUT_MS = 120_000;
const NEWLINE = 0x0a;

export class Session {
  /** As psql resolved them: with several hosts in the connection, the one that answered. */
  host = '';
  port = '';
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #named: Named;
  readonly #nonce = randomUUID();
  readonly #ended: Promise<void>;
  readonly #out = new MarkedLines();
  readonly #err = new MarkedLines();
  #waiting: Waiting | undefined;
  #closed = false;
  /** SQL_ASCII servers hold any bytes: read and written one to one, so that names survive the way there and back. */
  #encoding: 'utf8' | 'latin1' = 'utf8';

  private constructor(psql: ToolCommand, named: Named) {
    this.#named = named;
    this.#child = spawn(psql.file, psql.args, {
      env: { ...psql.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Out of reach of a terminal's Ctrl-C: what a cancel ends, and in which order, is decided here.
      detached: true,
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (bytes: Buffer) => this.#receive(this.#out, bytes));
    this.#child.stderr.on('data', (bytes: Buffer) => this.#receive(this.#err, bytes));
    this.#ended = new Promise(resolve => {
      this.#child.on('error', error => this.#end(String(error.message), resolve));
      this.#child.on('close', () => this.#end(this.#err.text(), resolve));
    });
  }

  /**
   * Connects, clears what psql would interpolate, and lifts every timeout that could end a long idle transaction. When
   * the signal is aborted the session ends, whatever it waits for.
   */
  static async open(psql: ToolCommand, named: Named, signal: AbortSignal): Promise<Session> {
    const session = new Session(
      { ...psql, args: ['-X', '-A', '-t', '-q', '-w', '-v', 'VERBOSITY=verbose', ...psql.args] },
      named,
    );
    signal.addEventListener('abort', () => void session.close(), { once: true });
    try {
      const version = Number((await session.#ask('connecting', 'show server_version_num;', 60_000))[0]);
      const [place] = await session.#ask(
        'where the session is',
        'select 1;\n\\echo :HOST/:PORT',
        QUERY_TIMEOUT_MS,
        1,
      );
      const at = String(place).lastIndexOf('/');
      session.host = String(place).slice(0, at);
      session.port = String(place).slice(at + 1);
      const [encoding] = await session.#ask('the encoding', 'show server_encoding;', QUERY_TIMEOUT_MS);
      if (String(encoding) === 'SQL_ASCII') session.#encoding = 'latin1';
      session.#child.stdin.write(
        ['DBNAME', 'HOST', 'PORT', 'USER', 'ENCODING'].map(name => `\\unset ${name}\n`).join(''),
      );
      for (const setting of settings(version, session.#encoding))
        await session.run('preparing the session', setting);
      return session;
    } catch (problem) {
      await session.close();
      throw problem;
    }
  }

  /** Open, and no question is being answered whose answer another one would take. */
  get isIdle(): boolean {
    return !this.#closed && this.#waiting === undefined;
  }

  /** Runs a statement for its effect. */
  async run(what: string, statement: string, timeoutMs = QUERY_TIMEOUT_MS): Promise<void> {
    await this.#ask(what, `${statement};`, timeoutMs);
  }

  /** The rows of a SELECT as objects: bigints must be cast to text or int by the query. */
  async rows<T>(what: string, select: string, timeoutMs = QUERY_TIMEOUT_MS): Promise<T[]> {
    const lines = await this.#ask(what, `select to_jsonb(answer)::text from (${select}) answer;`, timeoutMs);
    return lines.map(line => JSON.parse(line.toString(this.#encoding)) as T);
  }

  /** Runs each row of a SELECT as a statement on the server's side, so that names never travel; the answers in order. */
  async generated(what: string, select: string, timeoutMs: number): Promise<string[]> {
    const lines = await this.#ask(what, `${select} \\gexec`, timeoutMs);
    return lines.map(line => line.toString(this.#encoding));
  }

  /** Ends psql: its connection closes, an open transaction is rolled back. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#child.stdin.end();
    // SIGINT cancels a running query on the server; SIGTERM would leave it running there.
    if (this.#waiting) this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    await this.#ended;
    clearTimeout(timer);
  }

  #ask(what: string, text: string, timeoutMs: number, skipLines = 0): Promise<Buffer[]> {
    if (this.#closed)
      return Promise.reject(
        explainText(this.#err.text() || 'connection to server was lost', this.#named, detail =>
          queryFailed(what, detail),
        ),
      );
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(queryTimedOut(what, Math.round(timeoutMs / 1000)));
        this.#waiting = undefined;
        void this.close();
      }, timeoutMs);
      this.#waiting = { what, resolve: lines => resolve(lines.slice(skipLines)), reject, timer };
      const bytes = Buffer.from(text, this.#encoding);
      this.#child.stdin.write(
        Buffer.concat([bytes, Buffer.from(`\n\\echo ${this.#nonce} :ERROR\n\\warn ${this.#nonce}\n`)]),
      );
    });
  }

  #receive(pipe: MarkedLines, bytes: Buffer): void {
    pipe.add(bytes, this.#nonce);
    const { marker } = this.#out;
    const waiting = this.#waiting;
    if (marker === undefined || this.#err.marker === undefined || !waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting = undefined;
    const errors = this.#err.text();
    const lines = this.#out.take();
    this.#err.take();
    // `:ERROR` speaks of the last statement alone; an error line of an earlier one (\gexec) counts as well.
    if (marker.endsWith('true') || /^\w+: {2}[0-9A-Z]{5}: /m.test(errors)) {
      waiting.reject(explainText(errors, this.#named, detail => queryFailed(waiting.what, detail)));
    } else waiting.resolve(lines);
  }

  #end(text: string, ended: () => void): void {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) {
      clearTimeout(waiting.timer);
      waiting.reject(
        explainText(text || 'connection to server was lost', this.#named, detail =>
          queryFailed(waiting.what, detail),
        ),
      );
    }
    ended();
  }
}

/** Lines of one pipe up to the marker that closes an answer. */
class MarkedLines {
  marker: string | undefined;
  #lines: Buffer[] = [];
  #rest: Buffer[] = [];

  add(bytes: Buffer, nonce: string): void {
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...this.#rest, bytes.subarray(start, at)]);
      this.#rest = [];
      start = at + 1;
      if (line.toString('latin1', 0, nonce.length) === nonce) this.marker = line.toString('latin1');
      else this.#lines.push(line);
    }
    if (start < bytes.length) this.#rest.push(Buffer.from(bytes.subarray(start)));
  }

  take(): Buffer[] {
    const lines = this.#lines;
    this.#lines = [];
    this.marker = undefined;
    return lines;
  }

  text(): string {
    return Buffer.concat([...this.#lines, ...this.#rest].flatMap(line => [line, Buffer.from('\n')]))
      .toString('utf8')
      .trim();
  }
}

/** pg_dump clears these timeouts for itself, but not for the session whose snapshot it reads. */
function settings(version: number, encoding: 'utf8' | 'latin1'): string[] {
  return [
    `set client_encoding = ${encoding === 'utf8' ? "'UTF8'" : "'SQL_ASCII'"}`,
    'set client_min_messages = error',
    'set statement_timeout = 0',
    'set lock_timeout = 0',
    'set idle_in_transaction_session_timeout = 0',
    ...(version >= 140_000 ? ['set idle_session_timeout = 0'] : []),
    ...(version >= 170_000 ? ['set transaction_timeout = 0'] : []),
    'set row_security = off',
    "set search_path = ''",
    "set timezone = 'UTC'",
    "set datestyle = 'ISO'",
  ];
}
