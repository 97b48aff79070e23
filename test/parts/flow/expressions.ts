// Evaluates expressions of workflows by GitHub's own library, with the functions that only a run knows: how it went so far.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

export interface SoFar {
  /** Results of all jobs (or steps) that this one depends on, by whatever way. */
  readonly results: readonly string[];
  /** Somebody has pressed the button. */
  readonly cancelled: boolean;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A value of an `if:`, with `${{ }}` or without; one without a status function means `success() && (…)`. */
export function isMet(
  condition: string | undefined,
  contexts: Readonly<Record<string, Json>>,
  soFar: SoFar,
): boolean {
  const bare = (condition ?? 'success()').trim().replace(/^\$\{\{([\s\S]*)\}\}$/, '$1');
  const asks = /\b(?:success|failure|always|cancelled)\s*\(/.test(bare);
  const text = asks ? bare : `success() && (${bare})`;
  const good = !soFar.cancelled && soFar.results.every(result => result === 'success');
  const functions = {
    success: good,
    failure: !soFar.cancelled && soFar.results.includes('failure'),
    always: true,
    cancelled: soFar.cancelled,
  };
  const definitions = Object.entries(functions).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const { tokens } = new Lexer(text).lex();
  const expression = new Parser(tokens, Object.keys(contexts), definitions).parse();
  const known = new data.Dictionary(
    ...Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) })),
  );
  const byName = new Map(definitions.map(definition => [definition.name, definition]));
  return isTruthy(new Evaluator(expression, known, byName).evaluate());
}

function toData(value: Json): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, entry]) => ({ key, value: toData(entry) })));
}

function isTruthy(value: data.ExpressionData): boolean {
  const text = value.coerceString();
  return !['', 'false', '0', 'NaN'].includes(text);
}
