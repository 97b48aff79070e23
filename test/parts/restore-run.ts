// Runs a whole restore in this process: plan, then the same again with the plan's hash, from a place that a backup run
// filled into a real server; and looks at what nobody should find afterwards.
import { readdir, rm } from 'node:fs/promises';
import { restore } from '../../src/commands/restore/restore.ts';
import type { RestoreSettings } from '../../src/commands/restore/settings.ts';
import type { RestoreWorld } from '../../src/commands/restore/world.ts';
import { openDisk } from '../../src/entry/disk.ts';
import { openLocalFiles } from '../../src/files/local-files.ts';
import { openUnpacker } from '../../src/files/unpack.ts';
import type { TargetServer } from '../../src/postgres/target-port.ts';
import { problemLines, warningLine } from '../../src/reports/log-lines.ts';
import { type RestoreOutcome, restoreVerdict } from '../../src/reports/restore-outcome.ts';
import { openFolderStore } from '../../src/storage/folder-store.ts';
import type { ObjectStore } from '../../src/storage/port.ts';
import { scratchFolder } from './backup-places.ts';
import type { PostgresServer } from './postgres-server.ts';
import { targetOf } from './restore-target.ts';

export interface RestoreWishes {
  server: PostgresServer;
  database: string;
  /** Of a folder place; not needed for a file. */
  folder?: string;
  as?: { user: string; password: string };
  settings?: Partial<RestoreSettings>;
  world?: Partial<RestoreWorld>;
  store?: ObjectStore;
  /** Wraps the target, to look at it or to break it. */
  target?: (target: TargetServer) => TargetServer;
  onStage?: (title: string) => unknown;
  signal?: AbortSignal;
}

export interface RestoreSeen {
  readonly outcome: RestoreOutcome;
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
  readonly said: string;
  /** In its temporary folder, but for the passfile. */
  readonly left: readonly string[];
}

export const RESTORE_SETTINGS: RestoreSettings = {
  name: undefined,
  wish: { selector: { by: 'latest' } },
  file: undefined,
  thaw: 'off',
  mode: 'swap',
  newDatabase: undefined,
  jobs: 2,
  noOwner: false,
  noAcl: false,
  stubRoles: false,
  terminateSessions: false,
  postRestoreSql: undefined,
  postRestoreCommand: undefined,
  acceptIdentity: undefined,
  confirm: undefined,
  dryRun: false,
  detail: 'full',
  warnings: [],
};

/** One run, with just these settings. */
export async function runRestore(wishes: RestoreWishes): Promise<RestoreSeen> {
  const { server, database, folder, as } = wishes;
  const own = scratchFolder('restore');
  const said: string[] = [];
  const target = targetOf(server, database, as);
  const world: RestoreWorld = {
    now: Date.now,
    store: wishes.store ?? openFolderStore({ folder: folder ?? own }),
    verifier: null,
    log: {
      async stage(title, work) {
        said.push(title);
        await wishes.onStage?.(title);
        return work();
      },
      info: line => said.push(line),
      warn: warning => said.push(warningLine(warning, 'full')),
      progress() {},
    },
    clean: text => text,
    pause: async () => {},
    target: wishes.target?.(target) ?? target,
    disk: openDisk(own),
    files: openLocalFiles(),
    unpacker: openUnpacker(process.env.PATH ?? ''),
    passwordOpener: null,
    opener: null,
    random: bytes => crypto.getRandomValues(Buffer.alloc(bytes)),
    ask: undefined,
    again: (backup, confirm) => `again ${backup ?? 'with the file'} ${confirm}`,
    run: { url: null },
    ...wishes.world,
  };
  const outcome = await restore(
    world,
    { ...RESTORE_SETTINGS, ...wishes.settings },
    wishes.signal ?? new AbortController().signal,
  );
  said.push(restoreVerdict(outcome), ...outcome.problems.flatMap(problem => problemLines(problem, 'full')));
  const left = await readdir(own);
  await rm(own, { recursive: true });
  return {
    outcome,
    codes: outcome.problems.map(({ code }) => code),
    warnings: outcome.warnings.map(({ code }) => code),
    said: said.join('\n'),
    left,
  };
}

/** Plans, and then carries the plan out. */
export async function planAndRestore(wishes: RestoreWishes): Promise<RestoreSeen> {
  const { outcome } = await runRestore({
    ...wishes,
    onStage: () => {},
    target: target => target,
    settings: { ...wishes.settings, dryRun: true },
  });
  if (!outcome.plan) throw new Error(`there is no plan:\n${JSON.stringify(outcome.problems)}`);
  return runRestore({ ...wishes, settings: { ...wishes.settings, confirm: outcome.plan.hash } });
}

/** Databases of ours that lie beside the live ones. */
export function besideLive(server: PostgresServer): Promise<string> {
  return server.psql("select datname from pg_database where datname ~ '_(restore|before)_' order by 1");
}
