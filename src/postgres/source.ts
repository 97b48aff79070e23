// The server that is backed up, behind the port: facts, snapshot, dump, globals; all through libpq's own programs.
import { join } from 'node:path';
import type { Instant } from '../backups/instant.ts';
import { compressionUnknownToClient, globalsFailed } from '../problems/postgres.ts';
import { Problem, type ProblemCode } from '../problems/problem.ts';
import type { Connection } from './child-environment.ts';
import { connectionString } from './child-environment.ts';

import { explainDump, type Named } from './explain.ts';
import { askFacts, shareOneConnection } from './facts.ts';
import type {
  ClientFacts,
  DumpOptions,
  RunningDump,
  Snapshot,
  Source,
  SourceFacts,
  ToolOutput,
} from './port.ts';
import { DUMPS_QUERY } from './scope.ts';
import { Session } from './session.ts';
import { takeSnapshot } from './snapshot.ts';
import { runTool, type ToolCommand } from './tool.ts';

const SNAPSHOT_ELSEWHERE: ProblemCode = 'PGB231';

export interface SourceSetting {
  readonly connection: Connection;
  readonly environment: Readonly<Record<string, string>>;
  readonly named: Named;
  /** Of this run alone (0700): where output channels are made. */
  readonly folder: string;
  readonly now: () => Instant;
}

/** Connects with the psql of the newest client: psql speaks with every server, older or newer. */
export async function connectSource(
  setting: SourceSetting,
  psqlFolder: string,
  signal: AbortSignal,
): Promise<Source> {
  const open = (connection: Connection) => {
    const args = ['--dbname', connectionString(connection)];
    return Session.open(
      { file: join(psqlFolder, 'psql'), args, environment: setting.environment },
      setting.named,
      signal,
    );
  };
  const session = await open(setting.connection);
  const pinned = pinTo(session, setting.connection);
  let facts: Promise<SourceFacts> | undefined;
  const ask = async () => {
    const second = await open(pinned);
    try {
      return await askFacts(session, await shareOneConnection(session, second));
    } finally {
      await second.close();
    }
  };
  const tool = (client: ClientFacts, program: string, args: readonly string[]): ToolCommand => ({
    file: join(client.folder, program),
    args: [...args, '--no-password', `--dbname=${connectionString(pinned)}`],
    environment: setting.environment,
  });

  return {
    facts: () => {
      facts ??= ask();
      return facts;
    },
    dumps: () => session.rows<RunningDump>('the running dumps', DUMPS_QUERY),
    openSnapshot: ({ lockWaitTimeoutMs }) => takeSnapshot(session, lockWaitTimeoutMs, setting.now),
    dump: (client, snapshot, options) => {
      const dump = output(
        runTool(tool(client, 'pg_dump', dumpArguments(client, snapshot, options)), setting.folder, end =>
          explainDump(end, setting.named),
        ),
      );
      const done = dump.done.catch(async (problem: unknown) => {
        if (problem instanceof Problem && problem.code === SNAPSHOT_ELSEWHERE) await checkAlive(session);
        throw problem;
      });
      done.catch(() => {});
      return { ...dump, done };
    },
    dumpGlobals: (client, { passwords }) => {
      const args = [
        '--globals-only',
        ...(passwords ? [] : ['--no-role-passwords']),
        ...startDatabase(setting),
      ];
      return output(
        runTool(tool(client, 'pg_dumpall', args), setting.folder, end => globalsFailed(end.stderr)),
      );
    },
    close: () => session.close(),
  };
}

/** A snapshot ends with the session that exported it: where that was lost, the loss is what must be told. */
async function checkAlive(session: Session): Promise<void> {
  if (session.isIdle) await session.run('whether the snapshot is still held', 'select 1', 20_000);
}

/** Every lock that pg_dump asks for is held by us: one that it must wait for is asked for by somebody who waits for us. */
const HELD_ALREADY_MS = 10_000;

/** pg_dump's arguments but for the connection; pure, so that a table test holds them. */
export function dumpArguments(
  client: ClientFacts,
  snapshot: Pick<Snapshot, 'id'>,
  options: DumpOptions,
): string[] {
  return [
    '--format=custom',
    `--compress=${compressArgument(client, options.compression)}`,
    `--snapshot=${snapshot.id}`,
    `--lock-wait-timeout=${Math.min(options.lockWaitTimeoutMs, HELD_ALREADY_MS)}`,
  ];
}

/** Clients before 16 know bare gzip levels only; 14 would take `zstd:3` and silently write it uncompressed. */
function compressArgument(client: ClientFacts, compression: string): string {
  if (client.major >= 16) return compression;
  const [method, level = '6'] = compression.split(':');
  if (method === 'none') return '0';
  if (method === 'gzip') return level;
  throw compressionUnknownToClient(compression, client.version);
}

/**
 * Whoever follows (the probe, pg_dump) must reach the very node that the first session reached: a snapshot is known
 * there alone. In the connection string, because that wins over a service file and the environment.
 */
export function pinTo({ host, port }: Pick<Session, 'host' | 'port'>, connection: Connection): Connection {
  const several = connection.environment.PGHOSTADDR?.includes(',') === true;
  return {
    ...connection,
    keywords: { ...connection.keywords, host, port, ...(several && { hostaddr: '' }) },
  };
}

/**
 * pg_dumpall looks for databases named postgres and template1 unless told better; managed servers let nobody in there.
 * A name that libpq would take for a connection string is not handed over.
 */
function startDatabase({ environment: { PGDATABASE } }: SourceSetting): string[] {
  return PGDATABASE && /^[\w .-]+$/.test(PGDATABASE) ? [`--database=${PGDATABASE}`] : [];
}

/** These tools read nothing. */
function output(tool: ReturnType<typeof runTool>): ToolOutput {
  tool.end();
  return tool;
}
