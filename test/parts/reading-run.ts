// Runs a command of the command line in this process, as a terminal would start it, and keeps what it answered and said.
import type { Command, Terminal } from '../../src/entry/command.ts';
import { COMMANDS } from '../../src/entry/commands.ts';
import { exitStatus } from '../../src/entry/exit-status.ts';
import { Lines } from '../../src/entry/lines.ts';
import { tellProblems } from '../../src/entry/tell-problems.ts';
import { Problem, Problems } from '../../src/problems/problem.ts';
import { warningLine } from '../../src/reports/log-lines.ts';

export interface ReadingSeen {
  /** As a shell would see it. */
  readonly exit: number;
  /** Standard output. */
  readonly answer: string;
  /** Standard error. */
  readonly said: string;
  readonly codes: readonly string[];
  /** The answer, where it was JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its command answers.
  readonly json: any;
}

export interface ReadingWishes {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cancel?: AbortSignal;
  /** Default: JSON is asked for. */
  readonly json?: boolean;
}

/** `inputs` as the command line would give them, secrets already read. AWS_* must stand in this process's environment. */
export async function readBackups(
  name: string,
  inputs: Readonly<Record<string, string>>,
  { environment = {}, cancel, json = true }: ReadingWishes = {},
): Promise<ReadingSeen> {
  const command = COMMANDS.find(known => known.name === name) as Command;
  const lines = new Lines();
  lines.detail = 'full';
  const [said, answers]: [string[], string[]] = [[], []];
  const signal = cancel ?? new AbortController().signal;
  const terminal: Terminal = {
    environment: { PATH: process.env.PATH, ...environment },
    lines,
    log: {
      stage: (_, work) => work(),
      info: line => void said.push(lines.clean(line)),
      warn: warning => void said.push(lines.clean(warningLine(warning, 'full'))),
      progress() {},
    },
    interruption: { signal, received: () => null, limit() {}, end() {} },
    json,
    columns: Number.POSITIVE_INFINITY,
    answer: text => void answers.push(text),
    tell: line => void said.push(lines.clean(line)),
  };
  let exit: number;
  let codes: string[] = [];
  try {
    exit = await command.run(new Map(Object.entries(inputs)), terminal);
  } catch (error) {
    const problems = error instanceof Problems ? error.all : error instanceof Problem ? [error] : undefined;
    if (!problems) throw error;
    tellProblems(problems, terminal);
    codes = problems.map(({ code }) => code);
    exit = exitStatus({ result: 'failed', problems }, null);
  }
  const answer = answers.join('');
  const parsed = json && answer !== '' ? JSON.parse(answer) : undefined;
  const own: { code: string }[] = parsed?.problems ?? [];
  return {
    exit,
    answer,
    said: said.join('\n'),
    json: parsed,
    codes: [...codes, ...own.map(({ code }) => code)],
  };
}
