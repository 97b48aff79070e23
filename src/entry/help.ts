// What --help says, out of the same table that the inputs are read with.
import type { InputSpec } from '../inputs/specs/spec.ts';
import type { Command } from './command.ts';
import { TOOL } from './version.ts';

const WIDTH = 96;
const INDENT = 26;

/** Without what it does: a command is described by its words alone. */
export type CommandHelp = Omit<Command, 'run'>;

export function overview(all: readonly CommandHelp[]): string {
  const commands = all.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join('\n');
  return `${TOOL}: PostgreSQL backups that are proven

Usage: pg-backup <command> [flags]

${commands}

pg-backup <command> --help explains its flags. AWS credentials come from the environment as every AWS tool finds them;
the connection comes from --database-url or the PG* variables.

With --json every command answers in JSON, failures too. pg-backup completion writes completions for your shell.

Exit status: 0 good (warnings included), 1 failed, 2 bad configuration, 3 stale or unproven, 130 and 143 cancelled.
`;
}

export function helpFor(command: CommandHelp): string {
  const flags = command.inputs.map(flagHelp).join('\n');
  const operand = command.operand === undefined ? '' : ` [${command.operand}]`;
  const notes = command.notes === undefined ? '' : `\n${command.notes}\n`;
  return `pg-backup ${command.name}: ${command.summary}

Usage: pg-backup ${command.name}${operand} [flags]
${notes}
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
  const negative = spec.kind === 'boolean' && !spec.name.startsWith('no-');
  const long = negative ? `--[no-]${spec.name}` : `--${spec.name}`;
  const flag = spec.short === undefined ? long : `${long}, -${spec.short}`;
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
