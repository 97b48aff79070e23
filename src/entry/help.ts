// What --help says, out of the same table that the inputs are read with.
import { BACKUP_INPUTS, type InputSpec, LIST_INPUTS } from '../inputs/spec.ts';
import { TOOL } from './version.ts';

export interface CommandHelp {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly inputs: readonly InputSpec[];
}

export const COMMANDS: readonly CommandHelp[] = [
  {
    name: 'backup',
    summary: 'Dump a database, prove the archive, store it, prune by tier.',
    examples: [
      'pg-backup backup --database-url env:DATABASE_URL --destination s3://my-bucket/pg --retention "daily: 30d; weekly: 12w; monthly: 12"',
      'PGHOST=db PGDATABASE=app PGUSER=backup pg-backup backup --destination file:///mnt/backups --tier manual',
    ],
    inputs: BACKUP_INPUTS,
  },
  {
    name: 'list',
    summary: 'Show the backups at a destination, and which of them count.',
    examples: [
      'pg-backup list --destination s3://my-bucket/pg',
      'pg-backup list --destination file:///mnt/backups --name app --json',
    ],
    inputs: LIST_INPUTS,
  },
];

const WIDTH = 96;
const INDENT = 26;

export function overview(): string {
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n');
  return `${TOOL}: PostgreSQL backups that are proven

Usage: pg-backup <command> [flags]

${commands}

pg-backup <command> --help explains its flags. AWS credentials come from the environment as every AWS tool finds them;
the connection comes from --database-url or the PG* variables.

Exit status: 0 good (warnings included), 1 failed, 2 bad configuration, 3 stale or unproven, 130 and 143 cancelled.
`;
}

export function helpFor(command: CommandHelp): string {
  const flags = command.inputs.map(flagHelp).join('\n');
  return `pg-backup ${command.name}: ${command.summary}

Examples:
${command.examples.map(example => `  ${example}`).join('\n')}

Flags (a value may be env:NAME or @file; a secret must be):
${flags}
  --json                  The outcome as JSON on standard output; everything else goes to
                          standard error.
  --help, -h              This text.
`;
}

function flagHelp(spec: InputSpec): string {
  const flag = spec.kind === 'boolean' ? `--[no-]${spec.name}` : `--${spec.name}`;
  const preset = spec.default === '' ? '' : ` Default: ${spec.default}.`;
  const choices = spec.choices ? ` One of ${spec.choices.join(', ')}.` : '';
  const text = `${spec.description.replaceAll('`', '')}${choices}${preset}`;
  const [first = '', ...rest] = wrap(text, WIDTH - INDENT);
  const head = `  ${flag}`;
  const start =
    head.length < INDENT - 1 ? `${head.padEnd(INDENT)}${first}` : `${head}\n${' '.repeat(INDENT)}${first}`;
  return [start, ...rest.map(line => ' '.repeat(INDENT) + line)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
