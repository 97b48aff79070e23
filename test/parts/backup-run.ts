// Runs a whole backup in this process, from raw inputs to the report, by the same path as the entries; and looks at
// what nobody should find afterwards: child processes, files, secrets in anything that was said.
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import type { Manifest } from '../../src/backups/manifest.ts';
import { backup } from '../../src/commands/backup/backup.ts';
import { exitStatus } from '../../src/entry/exit-status.ts';
import type { Interruption } from '../../src/entry/interruption.ts';
import type { Host } from '../../src/entry/job.ts';
import { backupJob } from '../../src/entry/jobs/backup.ts';
import { Lines } from '../../src/entry/lines.ts';
import { runJob } from '../../src/entry/run-job.ts';
import { backupWorld } from '../../src/entry/world.ts';
import type { Clients } from '../../src/postgres/client/clients.ts';
import { openPostgres } from '../../src/postgres/postgres.ts';
import { ranOutOfTime } from '../../src/problems/run.ts';
import { annotationOf } from '../../src/reports/annotation.ts';
import type { Log } from '../../src/reports/log.ts';
import { problemLines, warningLine } from '../../src/reports/log-lines.ts';
import type { BackupOutcome } from '../../src/reports/outcome.ts';
import { outcomeToJson } from '../../src/reports/outcome-json.ts';
import { renderSummary } from '../../src/reports/summary.ts';
import { verdict } from '../../src/reports/verdict.ts';
import { type Place, scratchFolder } from './backup-places.ts';
import type { PostgresServer } from './postgres-server.ts';

export interface BackupWishes {
  /** What is backed up; its own client programs are used unless `inputs` says otherwise. */
  server: Pick<PostgresServer, 'binFolder' | 'url'>;
  database?: string;
  place: Place;
  inputs?: Readonly<Record<string, string>>;
  environment?: Readonly<Record<string, string>>;
  /** In place of those that this machine has or may fetch; `folder` is the run's own. */
  clients?: (folder: string) => Clients;
  /** Called once when a stage of that name begins (`Connect`, `Back up (dump, prove, upload)`, …). */
  onStage?: (title: string) => void;
  /** Called with each progress of the dump, in bytes. */
  onBytes?: (bytes: number) => void;
  /** Ends the run like a signal. */
  cancel?: AbortSignal;
}

export interface BackupSeen {
  readonly outcome: BackupOutcome;
  /** As a shell would see it. */
  readonly exit: number;
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
  /** Everything that was said: log, verdict, problems, annotation, summary, `--json`. */
  readonly said: string;
  /** What lies in the store. */
  readonly keys: readonly string[];
  readonly unfinished: number;
  /** Command lines of child processes that the run left behind. */
  readonly leftProcesses: readonly string[];
  /** In its temporary folder. */
  readonly leftFiles: readonly string[];
  readonly seconds: number;
}

export async function backUp(wishes: BackupWishes): Promise<BackupSeen> {
  const { server, place, database = 'postgres' } = wishes;
  const temporary = scratchFolder('temp');
  const raw = new Map(
    Object.entries({
      'database-url': server.url(database),
      'postgres-bin': server.binFolder,
      ...place.inputs,
      ...wishes.inputs,
    }).filter(([, value]) => value !== ''),
  );
  const before = new Set(childProcesses().map(({ pid }) => pid));
  const said: string[] = [];
  const restore = setEnvironment(place.environment);
  const interruption = interruptionOf(wishes.cancel);
  const lines = new Lines();
  const startedAt = performance.now();
  try {
    const environment = {
      PATH: process.env.PATH,
      HOME: temporary,
      ...wishes.environment,
      RUNNER_TEMP: temporary,
    };
    const outcome = await runJob(
      jobWith(wishes.clients),
      raw,
      hostOf(wishes, { environment, lines, said }),
      interruption,
    );
    said.push(...report(outcome, lines));
    return {
      outcome,
      exit: exitStatus(outcome, null),
      codes: outcome.problems.map(problem => problem.code),
      warnings: outcome.warnings.map(warning => warning.code),
      said: said.join('\n'),
      keys: await place.keys().catch(() => []),
      unfinished: await place.unfinished().catch(() => 0),
      leftProcesses: childProcesses()
        .filter(({ pid }) => !before.has(pid))
        .map(({ command }) => command),
      leftFiles: await readdir(temporary),
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    interruption.end();
    restore();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The backup as it is, but for where its clients come from. */
function jobWith(clients: BackupWishes['clients']): typeof backupJob {
  if (clients === undefined) return backupJob;
  return {
    ...backupJob,
    async run(config, workplace, signal) {
      const { environment: own, folder, shown } = workplace;
      const setting = { ...config, clients: clients(folder), folder, own, now: Date.now };
      const world = { ...backupWorld(config, workplace), postgres: openPostgres(setting) };
      try {
        return (await backup(world, { ...config, ...shown }, signal)).outcome;
      } finally {
        world.store.close();
      }
    },
  };
}

/** The manifest of the backup that a run committed. */
export async function manifestOf(seen: BackupSeen, place: Place): Promise<Manifest> {
  const key = seen.outcome.backup?.manifestKey;
  if (key === undefined) throw new Error(`there is no backup:\n${seen.said}`);
  return JSON.parse((await place.read(key)).toString());
}

function hostOf(
  wishes: BackupWishes,
  { environment, lines, said }: { environment: NodeJS.ProcessEnv; lines: Lines; said: string[] },
): Host {
  const log: Log = {
    async stage(title, work) {
      said.push(title);
      wishes.onStage?.(title);
      return work();
    },
    info: line => said.push(lines.clean(line)),
    warn: warning => said.push(lines.clean(warningLine(warning, lines.detail))),
    progress: ({ bytes }) => wishes.onBytes?.(bytes),
  };
  return {
    environment,
    run: {
      url: null,
      commit: null,
      actor: null,
      tool: 'pg-backup-action test',
      event: null,
      private: true,
      place: null,
    },
    lines,
    log,
    journal: { uploadStarted() {}, uploadEnded() {}, serverMade() {}, serverGone() {} },
    mask() {},
    folderMade() {},
    report() {},
  };
}

/** All that the two entries print between them. */
function report(outcome: BackupOutcome, lines: Lines): string[] {
  const annotation = annotationOf(outcome);
  return [
    lines.clean(verdict(outcome)),
    ...outcome.problems.flatMap(problem => problemLines(problem, 'full').map(line => lines.clean(line))),
    ...(annotation ? [lines.clean(`${annotation.title}: ${annotation.message}`)] : []),
    lines.redact(renderSummary(outcome)),
    lines.redact(JSON.stringify(outcomeToJson(outcome))),
  ];
}

function interruptionOf(cancel: AbortSignal | undefined): Interruption {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  cancel?.addEventListener('abort', () => controller.abort(cancel.reason), { once: true });
  return {
    signal: controller.signal,
    received: () => null,
    limit(milliseconds) {
      timer = setTimeout(
        () => controller.abort(ranOutOfTime(milliseconds)),
        Math.min(milliseconds, 2_147_483_647),
      );
    },
    end: () => clearTimeout(timer),
  };
}

/** The SDK reads its credentials from this process's environment. */
function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map(name => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Direct children of this process, zombies included: nobody may leave those either. */
function childProcesses(): { pid: string; command: string }[] {
  const pids = readdirSync('/proc/self/task').flatMap(thread =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '),
  );
  return pids.filter(Boolean).map(pid => ({ pid, command: commandOf(pid) }));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || 'a zombie';
  } catch {
    return 'gone';
  }
}
