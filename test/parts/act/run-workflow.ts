// Runs one workflow through act on this very machine, without containers, and tells what became of each job and step.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { atExit } from '../at-exit.ts';
import { goProgramPath } from '../go-programs.ts';
import { type JobRun, readJobs } from './records.ts';
import { LOCAL_REF, OWN_REPOSITORY } from './rewrite.ts';
import type { WorkflowTree } from './tree.ts';

export interface WorkflowOptions {
  readonly tree: WorkflowTree;
  /** The caller's file in .github/workflows. */
  readonly workflow: string;
  readonly event: string;
  /** Over an event of a private repository. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** What the machine and the runner give every step. */
  readonly environment?: Readonly<Record<string, string>>;
  /** In front of the system's folders. */
  readonly path?: readonly string[];
}

export interface WorkflowRun {
  readonly exitCode: number;
  readonly jobs: readonly JobRun[];
  /** All that act printed. */
  readonly printed: string;
  /** The only job of that id; rejects a missing one with what there is. */
  job(id: string): JobRun;
}

/** Every label that our workflows and examples run on; act leaves a job on any other out, and calls that success. */
const RUNNERS = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'ubuntu-22.04', 'ubuntu-slim'];
const DEADLINE_MS = 240_000;

export async function runWorkflow(options: WorkflowOptions): Promise<WorkflowRun> {
  const folder = mkdtempSync(join(tmpdir(), 'act-'));
  // A restore test's server runs as a user of its own and has to get through.
  chmodSync(folder, 0o711);
  try {
    const { exitCode, printed } = await callAct(folder, options);
    const jobs = readJobs(printed);
    const job = (id: string) => {
      const found = jobs.filter(candidate => candidate.id === id);
      const [only] = found;
      if (!only || found.length > 1)
        throw new Error(
          `${found.length} jobs "${id}" appeared, of: ${jobs.map(each => each.id).join(', ')}\n${printed.slice(-3000)}`,
        );
      return only;
    };
    return { exitCode, jobs, printed, job };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function callAct(folder: string, options: WorkflowOptions): Promise<{ exitCode: number; printed: string }> {
  const file = (name: string, value: object) => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name));
  const payload = {
    ...PRIVATE_REPOSITORY,
    ...(options.inputs && { inputs: options.inputs }),
    ...options.payload,
  };
  const given = { RUNNER_ENVIRONMENT: 'github-hosted', ...options.environment };
  const args = [
    options.event,
    ...['--directory', options.tree.folder],
    ...['--workflows', join('.github', 'workflows', options.workflow)],
    ...['--eventpath', file('event.json', payload)],
    ...RUNNERS.flatMap(label => ['--platform', `${label}=-self-hosted`]),
    ...['--local-repository', `${OWN_REPOSITORY}@${LOCAL_REF}=${options.tree.folder}`],
    // YAML by its name, and JSON is YAML: values of several lines come through whole.
    ...['--secret-file', file('secrets.yml', options.secrets ?? {})],
    ...['--var-file', file('variables.yml', options.variables ?? {})],
    ...['--env-file', file('environment.yml', given)],
    ...['--no-cache-server', '--json', '--rm'],
  ];
  const path = [dirname(process.execPath), ...(options.path ?? []), '/usr/bin', '/bin'].join(':');
  // act hands its whole environment to every step.
  const env = { PATH: path, HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp'), LANG: 'C.UTF-8' };
  return new Promise((resolve, reject) => {
    const act = spawn(goProgramPath('act'), args, {
      env,
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = () => {
      if (act.pid !== undefined && act.exitCode === null) process.kill(-act.pid, 'SIGKILL');
    };
    const cancelDuty = atExit(end);
    const deadline = setTimeout(end, DEADLINE_MS);
    let printed = '';
    for (const stream of [act.stdout, act.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    act.on('error', reject);
    act.on('close', status => {
      clearTimeout(deadline);
      cancelDuty();
      resolve({ exitCode: status ?? 137, printed });
    });
  });
}

const PRIVATE_REPOSITORY = {
  repository: {
    full_name: 'acme/shop',
    name: 'shop',
    private: true,
    visibility: 'private',
    default_branch: 'main',
    owner: { login: 'acme' },
  },
} as const;
