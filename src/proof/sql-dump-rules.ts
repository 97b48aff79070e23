// What may stand in a plain SQL dump of foreign origin: the statements that pg_dump writes for one database, and nothing
// that reaches beyond it. It keeps a slip or a prepared file from touching roles, other databases and the server's files
// by a statement of its own; what functions inside of the dump do when they are called no scanner can know.

export type Verdict =
  | { readonly is: 'passed' }
  /** Not handed to psql: it would end the one transaction, or is of another database or server. */
  | { readonly is: 'left-out'; readonly what: LeftOut }
  /** Half a sentence. */
  | { readonly is: 'refused'; readonly why: string };

export type LeftOut = 'restrict' | 'transaction' | 'transaction-timeout' | 'database-comment';

const NAME = '(?:"(?:[^"]|"")*"|[a-zA-Z_\\x80-\\xff][\\w$\\x80-\\xff]*)';
const QUALIFIED = `${NAME}(?:\\.${NAME})?`;
const COPY = new RegExp(`^COPY ${QUALIFIED} (?:\\(${NAME}(?:, ${NAME})*\\) |\\(\\) | ?)FROM stdin;$`);
const RESTRICT = /^\\(?:un)?restrict [A-Za-z0-9]+\r?$/;

/** Settings that pg_dump of 8.4 to 18 writes. */
const SETTINGS = new Set([
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'client_encoding',
  'standard_conforming_strings',
  'escape_string_warning',
  'check_function_bodies',
  'xmloption',
  'client_min_messages',
  'row_security',
  'search_path',
  'default_tablespace',
  'default_table_access_method',
  'default_with_oids',
]);
const SEARCH_PATH = /^SELECT pg_catalog\.set_config\('search_path', '[^'\\]*', false\);$/;
const CALL =
  /^SELECT (?:pg_catalog\.(?:setval|lo_create|lo_open|lowrite|lo_close|lo_unlink)\(''?[^()]*\);$|pg_catalog\.(?:lowrite|lo_close)\(0[^()]*\);$|\* FROM pg_catalog\.pg_restore_\w+\()/;
const UNLINK =
  /^SELECT CASE WHEN EXISTS\(SELECT 1 FROM pg_catalog\.pg_largeobject_metadata WHERE oid = ''\) THEN pg_catalog\.lo_unlink\(''\) END;$/;
/** Kinds of objects that belong to the server, not to one of its databases. */
const SHARED = /^(?:DATABASE|ROLE|USER(?! MAPPING)|GROUP|TABLESPACE|SYSTEM|OWNED)\b/i;
const ENCODINGS = /^(?:UTF8|UNICODE|SQL_ASCII|LATIN\d+|ISO_8859_\d|WIN\d+|KOI8[RU]|EUC_\w+|MULE_INTERNAL)$/i;

/** `skeleton`: without strings and comments, of one line; `text`: as it was written. */
export function judgeStatement(skeleton: string, text: string): Verdict {
  const [word = ''] = /^\w+/.exec(skeleton) ?? [];
  const rest = skeleton.slice(word.length).trimStart();
  switch (word.toUpperCase()) {
    case 'COPY':
      return COPY.test(text) ? PASSED : refused('COPY in another form than `COPY table (…) FROM stdin;`');
    case 'SET':
      return judgeSetting(rest, text);
    case 'SELECT':
      return SEARCH_PATH.test(text) || CALL.test(skeleton) || UNLINK.test(skeleton)
        ? PASSED
        : refused('a SELECT that pg_dump does not write');
    case 'BEGIN':
    case 'COMMIT':
      return rest === ';' ? { is: 'left-out', what: 'transaction' } : refused('a transaction of its own');
    case 'COMMENT':
      if (/^ON DATABASE /i.test(rest)) return { is: 'left-out', what: 'database-comment' };
      return shared(rest.replace(/^ON /i, ''));
    case 'SECURITY':
      return shared(rest.replace(/^LABEL (?:FOR \S+ )?ON /i, ''));
    case 'GRANT':
    case 'REVOKE':
      return judgeGrant(rest);
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return shared(rest);
    case 'INSERT':
    case 'REFRESH':
      return PASSED;
    default:
      return refused(word === '' ? 'something that is no statement' : `the statement ${word.toUpperCase()}`);
  }
}

/** A line that begins with a backslash. */
export function judgeCommand(line: string): Verdict | undefined {
  return RESTRICT.test(line) ? { is: 'left-out', what: 'restrict' } : undefined;
}

/** As written, `standard_conforming_strings = off` means that backslashes escape from here on. */
export function readSetting(text: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, quoted, bare] = /^SET (\w+) = (?:'([^'\\]*)'|([^';]*));$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, value: quoted ?? bare ?? '' };
}

function judgeSetting(rest: string, text: string): Verdict {
  if (/^SESSION AUTHORIZATION (?:''|DEFAULT);$/i.test(rest)) return PASSED;
  const setting = readSetting(text);
  if (setting?.name === 'transaction_timeout') return { is: 'left-out', what: 'transaction-timeout' };
  if (!setting || !SETTINGS.has(setting.name)) return refused('a SET that pg_dump does not write');
  // In these a byte of a letter may look like a backslash, and programs disagree about where strings end.
  if (setting.name === 'client_encoding' && !ENCODINGS.test(setting.value))
    return refused(`the encoding ${setting.value}: dump it again with --encoding=UTF8`);
  return PASSED;
}

/** Of a role to a role it has no ON. */
function judgeGrant(rest: string): Verdict {
  const [, object] = /\bON (.*)$/is.exec(rest) ?? [];
  if (object === undefined) return refused('membership of roles, which belongs to the whole server');
  return /^(?:DATABASE|TABLESPACE|PARAMETER)\b/i.test(object)
    ? refused('privileges on what belongs to the whole server')
    : PASSED;
}

function shared(rest: string): Verdict {
  const [kind] = SHARED.exec(rest) ?? [];
  return kind === undefined ? PASSED : refused(`${kind.toUpperCase()}, which belongs to the whole server`);
}

const PASSED: Verdict = { is: 'passed' };

function refused(why: string): Verdict {
  return { is: 'refused', why };
}
