// A file of the user's SQL: read before anything begins, so that what was checked and confirmed is this text, whatever
// becomes of the file.
import type { Problem } from '../problems/problem.ts';
import { lexSql } from '../proof/sql-lexer.ts';
import type { InputReader } from './raw-inputs.ts';
import type { Outside } from './read.ts';

export interface SqlFile {
  readonly text: string;
  /** Each statement by itself. */
  readonly statements: readonly string[];
}

/** What to say of a file that can't be taken. */
export interface SqlFileProblems {
  unreadable(why: string): Problem;
  /** Line of the first psql command. */
  holdsCommand(line: number): Problem;
}

/** undefined where none is named, or a problem was pushed. */
export function readSqlFile(
  inputs: InputReader,
  name: string,
  { readText }: Outside,
  problems: SqlFileProblems,
): SqlFile | undefined {
  const path = inputs.optional(name);
  if (path === undefined) return undefined;
  try {
    const text = readText(path);
    const { texts, backslashLine } = lexSql(text);
    if (backslashLine === undefined) return { text, statements: texts };
    inputs.problems.push(problems.holdsCommand(backslashLine));
  } catch (error) {
    inputs.problems.push(problems.unreadable(error instanceof Error ? error.message : String(error)));
  }
  return undefined;
}
