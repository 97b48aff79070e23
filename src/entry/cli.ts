// Where a terminal, a cron job or another CI starts us: arguments in, the answer on standard output, everything else
// on standard error, and the exit statuses of exit-status.ts.
import { unknownCommand } from '../problems/inputs.ts';
import { Problem, Problems } from '../problems/problem.ts';
import { internal } from '../problems/run.ts';
import { problemToJson } from '../reports/outcome-json.ts';
import { readArguments } from './argv.ts';
import type { Command, Terminal } from './command.ts';
import { COMMANDS } from './commands.ts';
import { exitStatus } from './exit-status.ts';
import { helpFor, overview } from './help.ts';
import { type Interruption, watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { tellProblems } from './tell-problems.ts';
import { makeTerminalLog } from './terminal-log.ts';
import { VERSION } from './version.ts';

/** Resolves with the exit status. `args` without node and script. */
export async function runCli(args: readonly string[]): Promise<number> {
  const interruption = watchForInterruption();
  const terminal = makeTerminal(args.includes('--json'), interruption);
  const [name = '', ...rest] = args;
  try {
    return await start(name, rest, terminal);
  } catch (error) {
    return fail(name, error, terminal);
  } finally {
    interruption.end();
  }
}

async function start(name: string, args: readonly string[], terminal: Terminal): Promise<number> {
  if (['', '--help', '-h', 'help'].includes(name)) return answer(overview(COMMANDS), terminal);
  if (name === '--version') return answer(`${VERSION}\n`, terminal);
  const command = COMMANDS.find(known => known.name === name);
  if (!command) throw unknownCommand(name, namesOf(COMMANDS));
  const { raw, help } = readArguments(args, command, terminal.environment);
  return help ? answer(helpFor(command), terminal) : command.run(raw, terminal);
}

/** After a cancel its reason counts, not what broke because of it. */
function fail(name: string, error: unknown, terminal: Terminal): number {
  const { interruption, json, lines } = terminal;
  const cause: unknown = interruption.signal.aborted ? interruption.signal.reason : error;
  const problems =
    cause instanceof Problems ? cause.all : [cause instanceof Problem ? cause : internal(cause)];
  const result = problems.some(({ kind }) => kind === 'cancelled') ? 'cancelled' : 'failed';
  tellProblems(problems, terminal);
  if (json) {
    const failure = { command: name, result, problems: problems.map(problemToJson) };
    terminal.answer(lines.redact(`${JSON.stringify(failure, null, 2)}\n`));
  }
  return exitStatus({ result, problems }, interruption.received());
}

function makeTerminal(json: boolean, interruption: Interruption): Terminal {
  const lines = new Lines();
  lines.detail = 'full';
  return {
    environment: process.env,
    lines,
    log: makeTerminalLog(lines, process.stderr),
    interruption,
    json,
    columns: process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY,
    answer: text => void process.stdout.write(text),
    tell: line => void process.stderr.write(`${lines.clean(line)}\n`),
  };
}

function namesOf(commands: readonly Command[]): string[] {
  return commands.map(({ name }) => name);
}

function answer(text: string, terminal: Terminal): number {
  terminal.answer(text);
  return 0;
}
