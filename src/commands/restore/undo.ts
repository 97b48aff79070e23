// The commands that undo a swap and that end its grace: printed, so that nobody has to think of them on the worst day.

interface Place {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly maintenanceDatabase: string;
}

/** In one transaction, as the swap was; psql asks for the password or takes it from where it always does. */
export function undoCommand(
  place: Place,
  names: { readonly live: string; readonly kept: string; readonly aside: string },
): string {
  return psql(place, [
    `ALTER DATABASE ${identifier(names.live)} RENAME TO ${identifier(names.aside)}`,
    `ALTER DATABASE ${identifier(names.kept)} RENAME TO ${identifier(names.live)}`,
  ]);
}

export function dropCommand(place: Place, kept: string): string {
  return psql(place, [`DROP DATABASE ${identifier(kept)}`]);
}

/** The other way round than `undoCommand`: what a swap would have done. */
export function swapCommand(
  place: Place,
  names: { readonly live: string; readonly before: string; readonly copy: string },
): string {
  return psql(place, [
    `ALTER DATABASE ${identifier(names.live)} RENAME TO ${identifier(names.before)}`,
    `ALTER DATABASE ${identifier(names.copy)} RENAME TO ${identifier(names.live)}`,
  ]);
}

export function dropSchemasCommand(place: Place, database: string, schemas: readonly string[]): string {
  return psql({ ...place, maintenanceDatabase: database }, [
    `DROP SCHEMA ${schemas.map(identifier).join(', ')} CASCADE`,
  ]);
}

export function statementCommand(place: Place, statements: readonly string[]): string {
  return psql(place, statements);
}

function psql({ host, port, user, maintenanceDatabase }: Place, statements: readonly string[]): string {
  const together = statements.length > 1 ? ['--single-transaction'] : [];
  const to = [`--host=${host}`, `--port=${port}`, `--username=${user}`, `--dbname=${maintenanceDatabase}`];
  const lines = [
    ['psql', '--no-psqlrc', '--set=ON_ERROR_STOP=1', ...together],
    ...to.map(word => [word]),
    ...statements.map(statement => [`--command=${statement}`]),
  ];
  // Reports cut long lines, and half a command is none.
  return lines.map(words => words.map(shellWord).join(' ')).join(' \\\n  ');
}

/** For a POSIX shell; what needs no quotes is left as it is. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
