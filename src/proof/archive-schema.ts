// What a restore must know of an archive before it begins: with which encoding and locale its database was made, and
// which roles its statements name. Read from what `pg_restore --create --schema-only` prints, by a reader that looks at
// no body and no comment.
import { lexSql } from './sql-lexer.ts';

export interface ArchiveSchema {
  /** Options of CREATE DATABASE; undefined where the archive holds no such statement. */
  readonly locale: ReadonlyMap<string, string> | undefined;
  /** In the order of the alphabet; `public` and the like are no roles. */
  readonly roles: readonly string[];
}

const NAME = '(?:"(?:[^"]|"")*"|[^\\s",;()]+)';
const OWNER = new RegExp(`^ALTER [\\s\\S]* OWNER TO (${NAME});$`);
const GRANT = new RegExp(`^GRANT [\\s\\S]* TO (${NAME})(?: WITH GRANT OPTION)?;$`);
const REVOKE = new RegExp(`^REVOKE [\\s\\S]* FROM (${NAME});$`);
const DEFAULT_GRANT = new RegExp(
  `^ALTER DEFAULT PRIVILEGES FOR ROLE (${NAME}) [\\s\\S]* (?:TO|FROM) (${NAME})(?: WITH GRANT OPTION)?;$`,
);
const SESSION = new RegExp(`^SET SESSION AUTHORIZATION (${NAME});$`);
const MAPPING = new RegExp(`^CREATE USER MAPPING FOR (${NAME}) SERVER `);
const POLICY = new RegExp(
  `^CREATE POLICY ${NAME} ON [\\s\\S]*? TO (${NAME}(?:, ${NAME})*)(?: USING | WITH CHECK |;)`,
);
const NO_ROLES = new Set(['PUBLIC', 'public', 'CURRENT_USER', 'SESSION_USER', 'CURRENT_ROLE', 'DEFAULT']);

const CREATE =
  /^CREATE DATABASE (?:"(?:[^"]|"")*"|[^\s"]+) WITH TEMPLATE = template0((?: [A-Z_]+ = (?:'(?:[^']|'')*'|\w+))*);$/m;

/** `printed`: UTF-8, or latin1 where the database is in another encoding; roles then hold its bytes. */
export function parseArchiveSchema(printed: string): ArchiveSchema {
  const roles = new Set<string>();
  for (const statement of lexSql(printed).statements) {
    for (const role of rolesOf(statement)) if (!NO_ROLES.has(role)) roles.add(unquote(role));
  }
  return { locale: localeOf(printed), roles: [...roles].sort() };
}

function rolesOf(statement: string): string[] {
  const policy = POLICY.exec(statement)?.[1];
  if (policy !== undefined) return policy.match(new RegExp(NAME, 'g')) ?? [];
  const match =
    DEFAULT_GRANT.exec(statement) ??
    OWNER.exec(statement) ??
    GRANT.exec(statement) ??
    REVOKE.exec(statement) ??
    SESSION.exec(statement) ??
    MAPPING.exec(statement);
  return match ? match.slice(1) : [];
}

/** pg_restore prints the statement once, near the top: the first is its own, whatever bodies further down hold. */
function localeOf(printed: string): ReadonlyMap<string, string> | undefined {
  const options = CREATE.exec(printed)?.[1];
  if (options === undefined) return undefined;
  const pairs = [...options.matchAll(/ ([A-Z_]+) = (?:'((?:[^']|'')*)'|(\w+))/g)];
  return new Map(
    pairs.map(([, name = '', quoted, bare]) => [name, quoted?.replaceAll("''", "'") ?? bare ?? '']),
  );
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
