// Where a terminal, a cron job or another CI starts us: arguments in, the answer on standard output, everything else
// on standard error, and the exit statuses of exit-status.ts.
import { LIST_INPUTS } from '../inputs/spec.ts';
import { unknownCommand } from '../problems/inputs.ts';
import { Problem, Problems } from '../problems/problem.ts';
import { internal } from '../problems/run.ts';
import { problemLines } from '../reports/log-lines.ts';
import { outcomeToJson } from '../reports/outcome-json.ts';
import { verdict } from '../reports/verdict.ts';
import { readArguments } from './argv.ts';
import { exitStatus } from './exit-status.ts';
import { COMMANDS, type CommandHelp, helpFor, overview } from './help.ts';
import { watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { runBackup } from './run-backup.ts';
import { readRunFacts } from './run-facts.ts';
import { runList } from './run-list.ts';
import { makeTerminalLog } from './terminal-log.ts';
import { VERSION } from './version.ts';

/** Resolves with the exit status. `args` without node and script. */
export async function runCli(args: readonly string[]): Promise<number> {
  const lines = new Lines();
  lines.detail = 'full';
  try {
    const [name, ...rest] = args;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help')
      return answer(overview());
    if (name === '--version') return answer(`${VERSION}\n`);
    const command = COMMANDS.find(known => known.name === name);
    if (!command)
      throw unknownCommand(
        name,
        COMMANDS.map(known => known.name),
      );
    return await run(command, rest, lines);
  } catch (error) {
    const problems =
      error instanceof Problems ? error.all : [error instanceof Problem ? error : internal(error)];
    tell(problems, lines);
    return exitStatus({ result: 'failed', problems }, null);
  }
}

async function run(command: CommandHelp, args: readonly string[], lines: Lines): Promise<number> {
  const { raw, json, help } = readArguments(args, command.inputs, process.env);
  if (help) return answer(helpFor(command));
  const log = makeTerminalLog(lines, process.stderr);
  const interruption = watchForInterruption();
  try {
    if (command.inputs === LIST_INPUTS)
      return answer(await runList(raw, { lines, log, environment: process.env }, json, interruption.signal));
    const { outcome } = await runBackup(
      raw,
      {
        environment: process.env,
        run: readRunFacts(process.env),
        lines,
        log,
        // A terminal has no later step: what a kill leaves, the next prune sweeps.
        journal: { uploadStarted() {}, uploadEnded() {} },
        mask() {},
        folderMade() {},
      },
      interruption,
    );
    process.stderr.write(`${lines.clean(verdict(outcome))}\n`);
    tell(outcome.problems, lines);
    if (json) answer(lines.redact(`${JSON.stringify(outcomeToJson(outcome), null, 2)}\n`));
    return exitStatus(outcome, interruption.received());
  } finally {
    interruption.end();
  }
}

function tell(problems: readonly Problem[], lines: Lines): void {
  for (const problem of problems) {
    for (const line of problemLines(problem, 'full')) process.stderr.write(`${lines.clean(line)}\n`);
  }
}

function answer(text: string): number {
  process.stdout.write(text);
  return 0;
}
