// The server that is backed up, behind the port: facts, snapshot, dump, globals; all through libpq's own programs.
import { join } from 'node:path';
import type { Instant } from '../backups/instant.ts';
import { compressionUnknownToClient, globalsFailed } from '../problems/postgres.ts';
import type { Connection } from './child-environment.ts';
import { connectionString } from './child-environment.ts';

import { explainDump, type Named } from './explain.ts';
import { askFacts, shareOneConnection } from './facts.ts';
import type { ClientFacts, DumpOptions, Snapshot, Source, SourceFacts, ToolOutput } from './port.ts';
import { Session } from './session.ts';
import { takeSnapshot } from './snapshot.ts';
import { runTool, type ToolCommand } from './tool.ts';

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
  const psql = (environment: Readonly<Record<string, string>>): ToolCommand => ({
    file: join(psqlFolder, 'psql'),
    args: ['--dbname', connectionString(setting.connection)],
    environment,
  });
  const session = await Session.open(psql(setting.environment), setting.named, signal);
  // Whoever follows (the probe, pg_dump) must reach the very node that this session reached.
  const environment = { ...setting.environment, PGHOST: session.host, PGPORT: session.port };
  let facts: Promise<SourceFacts> | undefined;
  const ask = async () => {
    const second = await Session.open(psql(environment), setting.named, signal);
    try {
      return await askFacts(session, await shareOneConnection(session, second));
    } finally {
      await second.close();
    }
  };
  const tool = (client: ClientFacts, program: string, args: readonly string[]): ToolCommand => ({
    file: join(client.folder, program),
    args: [...args, '--no-password', `--dbname=${connectionString(setting.connection)}`],
    environment,
  });

  return {
    facts: () => {
      facts ??= ask();
      return facts;
    },
    openSnapshot: ({ lockWaitTimeoutMs }) => takeSnapshot(session, lockWaitTimeoutMs, setting.now),
    dump: (client, snapshot, options) =>
      output(
        runTool(tool(client, 'pg_dump', dumpArguments(client, snapshot, options)), setting.folder, end =>
          explainDump(end, setting.named),
        ),
      ),
    dumpGlobals: (client, { passwords }) => {
      const args = ['--globals-only', ...(passwords ? [] : ['--no-role-passwords'])];
      return output(
        runTool(tool(client, 'pg_dumpall', args), setting.folder, end => globalsFailed(end.stderr)),
      );
    },
    close: () => session.close(),
  };
}

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
    `--lock-wait-timeout=${options.lockWaitTimeoutMs}`,
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

/** These tools read nothing. */
function output(tool: ReturnType<typeof runTool>): ToolOutput {
  tool.end();
  return tool;
}
