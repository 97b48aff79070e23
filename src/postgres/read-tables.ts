// Reads restored tables back as COPY text, in the form in which pg_restore prints an archive's data, so that one scanner
// takes rows and digests out of both. Every setting that shapes this text is set as it was at the source.
import { comparisonFailed } from '../problems/restore.ts';
import type { ToolOutput } from './port.ts';
import { literal } from './sql-text.ts';
import type { TableRequest, TextSettings } from './target-port.ts';
import { lastLines, runTool, type ToolCommand } from './tool.ts';

const FROM_STDIN = Buffer.from(' FROM stdin;');
const COPY = Buffer.from('COPY ');
/** Known settings alone: they come out of a manifest. */
const TEXT_SETTINGS = ['bytea_output', 'lc_monetary', 'xmlbinary'];

export async function readTables(
  tool: (program: string, args: readonly string[]) => ToolCommand,
  folder: string,
  tables: readonly TableRequest[],
  text: TextSettings,
): Promise<ToolOutput> {
  const args = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1'];
  const { environment, ...command } = tool('psql', args);
  const { PGTZ: _, ...inServerZone } = environment;
  const psql = runTool(
    { ...command, environment: text.serverZone ? inServerZone : environment },
    folder,
    end => comparisonFailed(lastLines(end.stderr)),
  );
  await psql.write(script(tables, text));
  psql.end();
  return psql;
}

/** What psql is told; names pass as the bytes that pg_restore printed, inside of their quotes. */
export function script(
  tables: readonly TableRequest[],
  { encoding, settings, serverZone }: TextSettings,
): Buffer {
  const settled = Object.entries(settings).filter(([name]) => TEXT_SETTINGS.includes(name));
  const head = [
    "set search_path = '';",
    `set client_encoding = ${literal(encoding)};`,
    'set client_min_messages = error;',
    'set statement_timeout = 0;',
    'set lock_timeout = 0;',
    'set idle_in_transaction_session_timeout = 0;',
    'set row_security = off;',
    // COPY of a query may run in parallel and a scan may start anywhere: both change the order of rows.
    'set max_parallel_workers_per_gather = 0;',
    'set synchronize_seqscans = off;',
    serverZone ? 'reset timezone;' : "set timezone = 'UTC';",
    "set datestyle = 'ISO';",
    "set intervalstyle = 'postgres';",
    'set extra_float_digits = 3;',
    'set quote_all_identifiers = off;',
    ...settled.map(([name, value]) => `set ${name} = ${literal(value)};`),
  ].join('\n');
  const pieces = tables.map((table, at) =>
    Buffer.concat([
      Buffer.from(`\n\\echo 'COPY t${at} FROM stdin;'\n`),
      copyOut(table),
      Buffer.from("\n\\echo '\\\\.'"),
    ]),
  );
  const end = Buffer.from("\n\\echo '-- PostgreSQL database dump complete'\n");
  return Buffer.concat([Buffer.from(head), ...pieces, end]);
}

/** `COPY public.t (a, b) FROM stdin;` → `COPY public.t (a, b) TO STDOUT;`, or of a query where it must be one. */
export function copyOut({ statement, wholeTree, condition }: TableRequest): Buffer {
  const target = statement.subarray(COPY.length, statement.length - FROM_STDIN.length);
  if (!wholeTree && condition === '') return Buffer.concat([COPY, target, Buffer.from(' TO STDOUT;')]);
  const { table, columns } = split(target);
  return Buffer.concat([
    Buffer.from('COPY (SELECT '),
    columns,
    Buffer.from(wholeTree ? ' FROM ' : ' FROM ONLY '),
    table,
    Buffer.from(` ${condition}) TO STDOUT;`),
  ]);
}

/** The list of columns begins at the first parenthesis outside of quotes; a table without columns has none. */
function split(target: Buffer): { table: Buffer; columns: Buffer } {
  let quoted = false;
  for (let at = 0; at < target.length; at++) {
    if (target[at] === 0x22) quoted = !quoted;
    if (target[at] === 0x28 && !quoted)
      return { table: target.subarray(0, at), columns: target.subarray(at + 1, target.length - 1) };
  }
  return { table: target, columns: Buffer.alloc(0) };
}
