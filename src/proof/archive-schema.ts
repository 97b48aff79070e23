// What a restore must know of an archive before it begins: with which encoding and locale its database was made, and
// which roles its statements name. Read from what `pg_restore --create --schema-only` prints, by a reader that looks at
// no body and no comment.
import { lexSql } from './sql-lexer.ts';

export interface ArchiveSchema {
  /** Options of CREATE DATABASE; undefined where the archive holds no such statement. */
  readonly locale: ReadonlyMap<string, string> | undefined;
  readonly roles: ArchiveRoles;
  /** That it would create. */
  readonly extensions: readonly string[];
}

/** By what needs them, each in the order of the alphabet; `public` and the like are no roles. */
export interface ArchiveRoles {
  readonly owners: readonly string[];
  readonly grants: readonly string[];
  /** Policies and user mappings: nothing leaves those out. */
  readonly others: readonly string[];
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
const EXTENSION = new RegExp(`^CREATE EXTENSION (?:IF NOT EXISTS )?(${NAME})`);
const NO_ROLES = new Set(['PUBLIC', 'public', 'CURRENT_USER', 'SESSION_USER', 'CURRENT_ROLE', 'DEFAULT']);

const CREATE =
  /^CREATE DATABASE (?:"(?:[^"]|"")*"|[^\s"]+) WITH TEMPLATE = template0((?: [A-Z_]+ = (?:'(?:[^']|'')*'|\w+))*);$/m;

/** `printed`: UTF-8, or latin1 where the database is in another encoding; roles then hold its bytes. */
export function parseArchiveSchema(printed: string): ArchiveSchema {
  const { statements } = lexSql(printed);
  const extensions = statements.map(statement => EXTENSION.exec(statement)?.[1]);
  return {
    locale: localeOf(printed),
    roles: rolesIn(statements),
    extensions: extensions.filter(name => name !== undefined).map(unquote),
  };
}

/** Of statements without their strings. */
export function rolesIn(statements: readonly string[]): ArchiveRoles {
  const found = { owners: new Set<string>(), grants: new Set<string>(), others: new Set<string>() };
  for (const statement of statements) {
    const [kind, roles] = rolesOf(statement);
    for (const role of roles) if (!NO_ROLES.has(role)) found[kind].add(unquote(role));
  }
  const [owners, grants, others] = [found.owners, found.grants, found.others].map(set => [...set].sort());
  return { owners: owners ?? [], grants: grants ?? [], others: others ?? [] };
}

function rolesOf(statement: string): [keyof ArchiveRoles, string[]] {
  const policy = POLICY.exec(statement)?.[1];
  if (policy !== undefined) return ['others', policy.match(new RegExp(NAME, 'g')) ?? []];
  const mapping = MAPPING.exec(statement);
  if (mapping) return ['others', mapping.slice(1)];
  const owner = OWNER.exec(statement);
  if (owner) return ['owners', owner.slice(1)];
  const grant =
    DEFAULT_GRANT.exec(statement) ??
    GRANT.exec(statement) ??
    REVOKE.exec(statement) ??
    SESSION.exec(statement);
  return ['grants', grant?.slice(1) ?? []];
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
