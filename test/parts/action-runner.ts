// Runs an action's packed files as GitHub's runner runs them: inputs, GITHUB_* files, commands in the output, masks,
// cancel and the `post` step. Written after the sources of actions/runner; what it leaves out (containers, `pre`,
// problem matchers) this action does not use.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FILE_COMMANDS_FOLDER, FileCommands, type HandedOn } from './action-runner/file-commands.ts';
import { Masks } from './action-runner/masks.ts';
import { type PhaseEnd, runPhase } from './action-runner/phase.ts';
import type { SeenProcess } from './action-runner/session.ts';
import { type Annotation, StepLog } from './action-runner/step-log.ts';

export type { SeenProcess } from './action-runner/session.ts';
export type { Annotation } from './action-runner/step-log.ts';

export interface ActionOptions {
  /** Holds action.yml and the files that it names. */
  readonly actionFolder: string;
  /** Name → value, as `with:` gives them. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** As `env:` of the step gives it, over PATH, HOME and what the runner sets itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: a `schedule` in a private repository. */
  readonly event?: {
    readonly name?: string;
    readonly private?: boolean;
    /** What the event's payload holds besides repository and sender. */
    readonly payload?: Readonly<Record<string, unknown>>;
  };
  /** ACTIONS_STEP_DEBUG. */
  readonly debug?: boolean;
  /** The cancel button is pressed when it resolves: while `main` runs, that is, or never. */
  readonly cancelAfter?: Promise<unknown>;
  /** As out of memory would: SIGKILL to the node process of `main`. */
  readonly killAfter?: Promise<unknown>;
  /** Notes arguments and environment of all processes. */
  readonly watchProcesses?: boolean;
  /** Each line of the log as people see it, at once. */
  onLine?(line: string): void;
}

export interface ActionRun {
  /** Of `main`. */
  readonly exitCode: number;
  /** null where the action has no `post`. */
  readonly postExitCode: number | null;
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  /** As people see it, `main` and then `post`. */
  readonly log: string;
  /** As printed, before any mask was applied; without the `::add-mask::` lines themselves. */
  readonly rawLog: string;
  readonly postLog: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** As GitHub shows it, masked. */
  readonly summary: string;
  readonly rawSummary: string;
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  /** What `main` left for `post`. */
  readonly state: Readonly<Record<string, string>>;
  /** Names of the commands in the output that were obeyed, in order. */
  readonly commands: readonly string[];
  readonly durations: {
    /** Milliseconds. */
    readonly main: number;
    readonly post: number;
    /** From the cancel to the end of `main`; null where it was not cancelled. */
    readonly cancel: number | null;
  };
  /** Signals that node got. */
  readonly signals: readonly string[];
  /** With `watchProcesses`: every process that was seen, node itself among them. */
  readonly processes: readonly SeenProcess[];
  readonly leftovers: {
    /** Files and folders in RUNNER_TEMP after `main`, and after `post`; the runner's own not among them. */
    readonly afterMain: readonly string[];
    readonly afterPost: readonly string[];
    /** Command lines of processes that outlived their phase. */
    readonly processes: readonly string[];
  };
}

interface ActionMetadata {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown } | null>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

const EVENT_FOLDER = '_github_workflow';

export async function runAction(options: ActionOptions): Promise<ActionRun> {
  const folder = mkdtempSync(join(tmpdir(), 'action-run-'));
  try {
    return await runIn(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, options: ActionOptions): Promise<ActionRun> {
  const metadata: ActionMetadata = parse(readFileSync(join(options.actionFolder, 'action.yml'), 'utf8'));
  if (metadata.runs.using !== 'node24') throw new Error(`this runner has no ${metadata.runs.using}`);
  const temp = join(folder, '_temp');
  const workspace = join(folder, 'workspace');
  for (const path of [temp, workspace, join(temp, EVENT_FOLDER)]) mkdirSync(path, { recursive: true });
  const masks = new Masks();
  const makeLog = () =>
    new StepLog({ masks, debug: options.debug ?? false, onLine: line => options.onLine?.(line) });
  const environment = {
    ...runnerEnvironment(temp, workspace, options),
    ...inputVariables(metadata, options.inputs ?? {}),
  };

  const run = async (script: string, log: StepLog, state: Readonly<Record<string, string>>) => {
    const files = new FileCommands(temp);
    const end = await runPhase({
      node: process.execPath,
      script: join(options.actionFolder, script),
      cwd: workspace,
      environment: { ...environment, ...files.environment, ...prefixed('STATE_', state) },
      onLine: line => log.line(line),
      watch: options.watchProcesses,
      ...(script === metadata.runs.main && {
        cancelAfter: options.cancelAfter,
        killAfter: options.killAfter,
      }),
    });
    const handedOn = files.collect();
    for (const { message } of handedOn.errors) log.error(message);
    return { end, handedOn };
  };

  const log = makeLog();
  warnOfUnknownInputs(metadata, options, log);
  const main = await run(metadata.runs.main, log, {});
  const afterMain = leftIn(temp);
  const state = { ...log.state, ...main.handedOn.state };
  const postLog = makeLog();
  // `post` runs always, with the inputs and the state of `main`.
  const post = metadata.runs.post === undefined ? null : await run(metadata.runs.post, postLog, state);
  return {
    exitCode: main.end.exitCode,
    postExitCode: post?.end.exitCode ?? null,
    conclusion: conclude(main, log, options, post),
    log: `${log.text}\n${postLog.text}`,
    rawLog: `${log.rawText}\n${postLog.rawText}`,
    postLog: postLog.text,
    outputs: { ...log.outputs, ...main.handedOn.outputs },
    summary: [main, post].map(phase => mask(phase?.handedOn.summary ?? '', masks)).join(''),
    rawSummary: [main, post].map(phase => phase?.handedOn.summary ?? '').join(''),
    annotations: [...log.annotations, ...postLog.annotations],
    masks: masks.values,
    state,
    commands: [...log.obeyed, ...postLog.obeyed],
    durations: {
      main: main.end.milliseconds,
      post: post?.end.milliseconds ?? 0,
      cancel: main.end.cancelMilliseconds,
    },
    signals: main.end.signals,
    processes: [...main.end.processes, ...(post?.end.processes ?? [])],
    leftovers: {
      afterMain,
      afterPost: leftIn(temp),
      processes: [...main.end.alive, ...(post?.end.alive ?? [])],
    },
  };
}

function conclude(
  main: { end: PhaseEnd; handedOn: HandedOn },
  log: StepLog,
  options: ActionOptions,
  post: { end: PhaseEnd } | null,
): ActionRun['conclusion'] {
  if (options.cancelAfter && main.end.cancelMilliseconds !== null) return 'cancelled';
  const broken = log.refused.length > 0 || main.handedOn.errors.some(error => error.fatal);
  return broken || main.end.exitCode !== 0 || (post?.end.exitCode ?? 0) !== 0 ? 'failure' : 'success';
}

/** Blanks become underscores, hyphens stay: no shell could set these names. */
function inputVariables(
  { inputs = {} }: ActionMetadata,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const values = new Map(Object.entries(inputs).map(([name, spec]) => [name, String(spec?.default ?? '')]));
  for (const [name, value] of Object.entries(given)) values.set(name.toLowerCase(), value);
  return Object.fromEntries(
    [...values].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

function warnOfUnknownInputs({ inputs = {} }: ActionMetadata, options: ActionOptions, log: StepLog): void {
  const unknown = Object.keys(options.inputs ?? {}).filter(name => !(name.toLowerCase() in inputs));
  if (unknown.length > 0)
    log.show(
      `##[warning]Unexpected input(s) '${unknown.join("', '")}', valid inputs are [${Object.keys(inputs)}]`,
    );
}

/** Of our own environment only PATH, HOME and the language: a hosted runner has nothing else that matters here. */
function runnerEnvironment(
  temp: string,
  workspace: string,
  { environment = {}, event = {}, debug }: ActionOptions,
): Record<string, string> {
  const name = event.name ?? 'schedule';
  const eventPath = join(temp, EVENT_FOLDER, 'event.json');
  const repository = { full_name: 'acme/shop', private: event.private ?? true };
  writeFileSync(eventPath, JSON.stringify({ repository, sender: { login: 'octocat' }, ...event.payload }));
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: process.env.HOME ?? '/',
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__run',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_JOB: 'backup',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: repository.full_name,
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '4242424242',
    GITHUB_RUN_NUMBER: '17',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'nightly',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'loopback',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(temp, '..', '_tool'),
    ...(debug && { RUNNER_DEBUG: '1' }),
    ...environment,
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

function leftIn(temp: string): string[] {
  const own = [FILE_COMMANDS_FOLDER, EVENT_FOLDER];
  return readdirSync(temp, { recursive: true, encoding: 'utf8' }).filter(
    path => !own.includes(path.split('/')[0] ?? ''),
  );
}

/** Line by line, as the runner does before it uploads a summary. */
function mask(text: string, masks: Masks): string {
  return text
    .split('\n')
    .map(line => masks.apply(line))
    .join('\n');
}
