// Cuts SQL into statements as psql does: what stands in quotes, dollar quotes and comments ends nothing and commands
// nothing. Tells where a backslash stands outside of them, which psql would take for a command of its own.

export interface LexedSql {
  /** Without comments; strings and dollar-quoted bodies are left out, quoted names are kept. */
  readonly statements: readonly string[];
  /** The same as they were written, without the semicolon. */
  readonly texts: readonly string[];
  /** From 1; undefined where there is no psql command. */
  readonly backslashLine: number | undefined;
}

const TOKEN = new RegExp(
  [
    '(?<comment>--[^\\n]*)',
    '(?<block>/\\*)',
    // A name may end in e, and 1e is a number.
    "(?<escape>(?<![\\w$\\x80-\\uffff])[eE]'[^'\\\\]*(?:(?:\\\\[\\s\\S]|'')[^'\\\\]*)*'?)",
    "(?<string>'[^']*(?:''[^']*)*'?)",
    '(?<name>"[^"]*(?:""[^"]*)*"?)',
    '(?<tag>(?<![\\w$\\x80-\\uffff])\\$(?:[A-Za-z_\\x80-\\uffff][\\w\\x80-\\uffff]*)?\\$)',
    '(?<backslash>\\\\)',
    '(?<end>;)',
    '(?<text>[^-/eE\'"$\\\\;]+|[\\s\\S])',
  ].join('|'),
  'y',
);
/** Kept of one statement: enough for any grant. */
const KEPT = 64 * 1024;

export function lexSql(sql: string): LexedSql {
  const statements: string[] = [];
  const texts: string[] = [];
  let backslashLine: number | undefined;
  let kept = '';
  let begun = 0;
  let at = 0;
  while (at < sql.length) {
    TOKEN.lastIndex = at;
    const { 0: token = '', groups = {} } = TOKEN.exec(sql) ?? {};
    if (groups.backslash !== undefined) backslashLine ??= sql.slice(0, at).split('\n').length;
    if (groups.block !== undefined) at = endOfComment(sql, at);
    else if (groups.tag !== undefined) at = endOfBody(sql, at, groups.tag);
    else at += token.length;
    const plain = groups.name ?? groups.text ?? groups.end;
    if (plain !== undefined && kept.length < KEPT) kept += plain;
    if (groups.end === undefined) continue;
    statements.push(kept.trim());
    texts.push(sql.slice(begun, at - 1).trim());
    kept = '';
    begun = at;
  }
  if (kept.trim() !== '') {
    statements.push(kept.trim());
    texts.push(sql.slice(begun).trim());
  }
  return { statements, texts, backslashLine };
}

/** Comments in SQL nest. */
function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 0;
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

function endOfBody(sql: string, from: number, tag: string): number {
  const end = sql.indexOf(tag, from + tag.length);
  return end === -1 ? sql.length : end + tag.length;
}
