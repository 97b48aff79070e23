// Runs a whole restore test in this process, on a backup that a backup run left in a folder; and looks at what nobody
// should find afterwards: processes of the throw-away server, its folder, files of the run.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Catalog } from '../../src/backups/catalog.ts';
import { CatalogReader } from '../../src/commands/read-catalog.ts';
import { restoreTest } from '../../src/commands/restore-test/restore-test.ts';
import type { RestoreTestSettings } from '../../src/commands/restore-test/settings.ts';
import type { RestoreTestWorld } from '../../src/commands/restore-test/world.ts';
import { openDisk } from '../../src/entry/disk.ts';
import { openTargetServer } from '../../src/postgres/target.ts';
import { type ServerJournal, throwAwayServers } from '../../src/postgres/throw-away-server.ts';
import { problemLines, warningLine } from '../../src/reports/log-lines.ts';
import type { RestoreTestOutcome } from '../../src/reports/restore-test-outcome.ts';
import { openFolderStore } from '../../src/storage/folder-store.ts';
import { scratchFolder } from './backup-places.ts';
import { clientsIn } from './clients.ts';
import type { PostgresServer } from './postgres-server.ts';

/** Nobody cleans up after a test but the server itself. */
export const NO_JOURNAL: ServerJournal = { serverMade() {}, serverGone() {} };

export interface RestoreTestWishes {
  binFolder: string;
  /** Of a folder place. */
  folder: string;
  settings?: Partial<RestoreTestSettings>;
  world?: Partial<RestoreTestWorld>;
  onStage?: (title: string) => unknown;
  signal?: AbortSignal;
}

export interface RestoreTestSeen {
  readonly outcome: RestoreTestOutcome;
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
  readonly said: string;
  /** As the next command would see it. */
  readonly catalog: Catalog;
  /** Folders of throw-away servers that are still there. */
  readonly left: readonly string[];
}

export const RESTORE_TEST_SETTINGS: RestoreTestSettings = {
  name: undefined,
  selector: { by: 'latest' },
  tier: undefined,
  level: undefined,
  thaw: 'off',
  jobs: 2,
  assertions: [],
  assertionTimeoutMs: 30_000,
  isolation: 'auto',
  detail: 'full',
  warnings: [],
};

export async function runRestoreTest(wishes: RestoreTestWishes): Promise<RestoreTestSeen> {
  const own = scratchFolder('restore-test');
  const made: string[] = [];
  const said: string[] = [];
  const clients = clientsIn(wishes.binFolder);
  const setting = { clients, folder: own, own: process.env };
  const nowhere = { environment: {}, keywords: {}, password: undefined };
  const world: RestoreTestWorld = {
    now: Date.now,
    store: openFolderStore({ folder: wishes.folder }),
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
    disk: openDisk(own),
    opener: null,
    random: bytes => crypto.getRandomValues(Buffer.alloc(bytes)),
    signer: null,
    archives: openTargetServer({ ...setting, connection: nowhere }),
    service: null,
    servers: throwAwayServers(clients, NO_JOURNAL),
    openTarget(server) {
      made.push(dirname(server.connection.keywords.host ?? ''));
      return openTargetServer({ ...setting, connection: server.connection });
    },
    run: { url: null, tool: 'pg-backup-action test' },
    ...wishes.world,
  };
  const outcome = await restoreTest(
    world,
    { ...RESTORE_TEST_SETTINGS, ...wishes.settings },
    wishes.signal ?? new AbortController().signal,
  );
  said.push(...outcome.problems.flatMap(problem => problemLines(problem, 'full')));
  const catalog = await new CatalogReader(world).read(
    { name: outcome.name, now: Date.now() + 1_000 },
    new AbortController().signal,
  );
  await rm(own, { recursive: true });
  return {
    outcome,
    codes: outcome.problems.map(({ code }) => code),
    warnings: outcome.warnings.map(({ code }) => code),
    said: said.join('\n'),
    catalog,
    left: made.filter(existsSync),
  };
}

/** What `target-url` comes to. */
export function serviceOf(server: PostgresServer) {
  return openTargetServer({
    connection: {
      environment: {},
      keywords: { host: server.host, port: String(server.port), user: server.user, dbname: 'postgres' },
      password: server.password,
    },
    clients: clientsIn(server.binFolder),
    folder: scratchFolder('service'),
    own: process.env,
  });
}
