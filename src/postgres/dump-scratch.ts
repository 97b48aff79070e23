// pg_dump of what was restored beside the live database and is to move into it. PostgreSQL writes the statements anew, so
// that what was moved to another schema meanwhile comes out under its new name, whatever refers to it.
import type { TableName } from '../backups/table-name.ts';
import { archiveUnreadable } from '../problems/proof.ts';
import type { ToolOutput } from './port.ts';
import type { OwnershipOptions } from './target-port.ts';
import { describeEnd, lastLines, runTool, type ToolCommand } from './tool.ts';

export function dumpScratch(
  tool: (program: string, args: readonly string[]) => ToolCommand,
  folder: string,
  wanted: { readonly schemas: readonly string[] } | { readonly tables: readonly TableName[] },
  { noOwner, noAcl }: OwnershipOptions,
): ToolOutput {
  const patterns =
    'schemas' in wanted
      ? wanted.schemas.map(schema => `--schema=${pattern(schema)}`)
      : wanted.tables.map(({ schema, table }) => `--table=${pattern(schema)}.${pattern(table)}`);
  const args = [
    ...patterns,
    '--strict-names',
    ...(noOwner ? ['--no-owner'] : []),
    ...(noAcl ? ['--no-acl'] : []),
  ];
  const command = tool('pg_dump', args);
  const environment = { ...command.environment, PGTZ: 'UTC' };
  const running = runTool({ ...command, environment }, folder, end =>
    archiveUnreadable('pg_dump', describeEnd(end), lastLines(end.stderr)),
  );
  running.end();
  return running;
}

/** Within double quotes nothing is a wildcard. */
function pattern(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
