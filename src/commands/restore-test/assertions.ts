// The user's own statements about the restored database: each must say true, by itself, without changing anything.
import type { ClientFacts } from '../../postgres/port.ts';
import type { Scratch } from '../../postgres/target-port.ts';
import { Problem } from '../../problems/problem.ts';
import { assertionsFailed } from '../../problems/restore-test.ts';
import { oneLine } from '../../reports/plain-text.ts';
import { readAll } from '../restore/obtain.ts';

/** What psql prints of one row with the single value true: a heading, a rule, the value, the number of rows. */
const TRUE = /\n-+\n t\n\(1 row\)\n+$/;
const SHOWN_OF_STATEMENT = 80;

/** Each in a psql of its own. The problem names all that don't hold; undefined where every one does. */
export async function runAssertions(
  scratch: Scratch,
  client: ClientFacts,
  statements: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const failed: { which: string; why: string }[] = [];
  for (const [at, statement] of statements.entries()) {
    const why = await ask(scratch, client, statement, timeoutMs, signal);
    if (why !== undefined)
      failed.push({ which: `${at + 1} (${oneLine(statement, SHOWN_OF_STATEMENT)})`, why });
  }
  return failed.length > 0 ? assertionsFailed(failed) : undefined;
}

/** undefined: it said true. A line end in front of the semicolon, for a comment may be the statement's last word. */
async function ask(
  scratch: Scratch,
  client: ClientFacts,
  statement: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const sql = `begin read only;\nset local statement_timeout = ${timeoutMs};\n${statement}\n;\nrollback;\n`;
  try {
    const printed = await readAll(await scratch.runSql(client, sql), signal);
    return TRUE.test(printed.toString('utf8')) ? undefined : 'did not return the single value true';
  } catch (problem) {
    signal.throwIfAborted();
    if (!(problem instanceof Problem)) throw problem;
    return oneLine(/ERROR: .*/.exec(problem.detail ?? '')?.[0] ?? problem.detail ?? problem.summary, 200);
  }
}
