// The PostgreSQL adapter as the entry makes it: clients found, a connection described, archives read.
import { join } from 'node:path';
import type { Instant } from '../backups/instant.ts';
import { archiveUnreadable } from '../problems/proof.ts';
import { type Connection, connectedEnvironment, unconnectedEnvironment } from './child-environment.ts';
import type { Clients } from './client/clients.ts';
import type { Named } from './explain.ts';
import type { ArchiveTools, ClientFacts, Postgres } from './port.ts';
import { connectSource } from './source.ts';
import { describeEnd, lastLines, runTool } from './tool.ts';

export interface PostgresSetting {
  readonly connection: Connection;
  readonly clients: Clients;
  /** A 0700 folder of this run, for the passfile; the caller removes it. */
  readonly folder: string;
  readonly lockWaitTimeoutMs: number;
  readonly own: NodeJS.ProcessEnv;
  readonly now: () => Instant;
}

export function openPostgres(setting: PostgresSetting): Postgres {
  return {
    ...openArchiveTools(setting),
    clientFor: (serverMajor, signal) => setting.clients.forServer(serverMajor, signal),
    connect: async signal => {
      signal.throwIfAborted();
      const { folder } = await setting.clients.any(signal);
      const environment = await connectedEnvironment(setting.connection, setting.folder, setting.own);
      return connectSource({ ...setting, environment, named: named(setting) }, folder, signal);
    },
  };
}

/** For commands that read archives and ask no server. */
export function openArchiveTools(setting: Pick<PostgresSetting, 'clients' | 'folder' | 'own'>): ArchiveTools {
  const read = (client: ClientFacts, what: string, args: readonly string[]) =>
    runTool(
      { file: join(client.folder, 'pg_restore'), args, environment: unconnectedEnvironment(setting.own) },
      setting.folder,
      end => archiveUnreadable(what, describeEnd(end), lastLines(end.stderr)),
    );
  return {
    clientForArchive: (writtenBy, signal) => setting.clients.forArchive(writtenBy, signal),
    listArchive: client => read(client, 'pg_restore --list', ['--list']),
    defineArchive: client => read(client, 'pg_restore --schema-only', ['--schema-only', '--file=-']),
    decodeArchive: client => read(client, 'pg_restore --section=data', ['--section=data', '--file=-']),
  };
}

function named({ connection: { environment }, lockWaitTimeoutMs }: PostgresSetting): Named {
  return {
    host: environment.PGHOST ?? environment.PGSERVICE ?? 'the default socket',
    port: environment.PGPORT ?? '5432',
    user: environment.PGUSER ?? 'the default user',
    database: environment.PGDATABASE ?? 'the default database',
    lockWaitSeconds: lockWaitTimeoutMs / 1000,
  };
}
