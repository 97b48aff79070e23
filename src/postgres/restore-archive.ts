// pg_restore into a database that nobody else uses. Always with two workers or more: each wraps its COPY into BEGIN;
// TRUNCATE; COPY, which keeps the archive's order of rows, and with it the digest of a table.
import { restoreFailed } from '../problems/restore.ts';
import type { ToolOutput } from './port.ts';
import type { RestoreOptions } from './target-port.ts';
import { describeEnd, lastLines, runTool, type ToolCommand } from './tool.ts';

const LEAST_JOBS = 2;

export function restoreArchive(
  tool: (program: string, args: readonly string[]) => ToolCommand,
  folder: string,
  options: RestoreOptions & { readonly file: string },
): ToolOutput {
  const command = tool('pg_restore', restoreArguments(options));
  const environment = { ...command.environment, PGOPTIONS: sessionOptions(options.lcMonetary) };
  const running = runTool({ ...command, environment }, folder, end =>
    restoreFailed(describeEnd(end), lastLines(end.stderr)),
  );
  running.end();
  return running;
}

/** But for the connection; pure, so that a table test holds them. */
export function restoreArguments(options: RestoreOptions & { readonly file: string }): string[] {
  return [
    '--exit-on-error',
    ...(options.serial ? [] : [`--jobs=${Math.max(LEAST_JOBS, options.jobs)}`]),
    ...(options.noOwner ? ['--no-owner'] : []),
    ...(options.noAcl ? ['--no-acl'] : []),
    options.file,
  ];
}

/**
 * A role may be set to read only, and lc_monetary decides how an amount of money is read. Blanks and backslashes are
 * escaped as libpq's `options` wants it.
 */
export function sessionOptions(lcMonetary: string | undefined): string {
  const settings = { default_transaction_read_only: 'off', ...(lcMonetary && { lc_monetary: lcMonetary }) };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ');
}
