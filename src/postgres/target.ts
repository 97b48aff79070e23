// The server that a restore works on, behind the port: asked, cleared up, given a new database.
import { join } from 'node:path';
import { archiveUnreadable } from '../problems/proof.ts';
import { type Connection, unconnectedEnvironment } from './child-environment.ts';
import type { Clients } from './client/clients.ts';
import { askSystemIdentifier } from './facts.ts';
import type { ClientFacts, ToolOutput } from './port.ts';
import { createScratch } from './scratch.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import type { DatabaseFacts, Leftover, TargetFacts, TargetServer } from './target-port.ts';
import { databaseQuery, INSIDE_QUERY, LEFTOVER_QUERY, MARKED_QUERY, TARGET_QUERY } from './target-queries.ts';
import { TargetSessions } from './target-sessions.ts';
import { describeEnd, lastLines, runTool } from './tool.ts';

export interface TargetSetting {
  readonly connection: Connection;
  readonly clients: Clients;
  /** A 0700 folder of this run, for the passfile; the caller removes it. */
  readonly folder: string;
  readonly own: NodeJS.ProcessEnv;
}

export function openTargetServer(setting: TargetSetting): TargetServer {
  const { environment, keywords } = setting.connection;
  const database = keywords.dbname ?? environment.PGDATABASE;
  let made: Promise<TargetSessions> | undefined;
  const sessions = (signal: AbortSignal) => {
    made ??= setting.clients.any(signal).then(({ folder }) => makeSessions(setting, folder));
    return made;
  };
  const print = (client: ClientFacts, args: readonly string[], file: string): ToolOutput => {
    const command = { file: join(client.folder, 'pg_restore'), args: [...args, '--file=-', file] };
    const tool = runTool(
      { ...command, environment: unconnectedEnvironment(setting.own) },
      setting.folder,
      end => archiveUnreadable(`pg_restore ${args.join(' ')}`, describeEnd(end), lastLines(end.stderr)),
    );
    tool.end();
    return tool;
  };
  return {
    database,
    clientFor: (targetMajor, dumpMajor, signal) => setting.clients.forRestore(targetMajor, dumpMajor, signal),
    facts: async (name, signal) => askTarget(await sessions(signal), name, signal),
    clearUp: async signal => clearUp(await sessions(signal), database ?? '', signal),
    createStubRoles: async (names, signal) =>
      createStubRoles(await sessions(signal), database ?? '', names, signal),
    createScratch: async (options, signal) =>
      createScratch({ ...setting, sessions: await sessions(signal) }, options, signal),
    printSchema: (client, file, { create, noAcl = false }) =>
      print(client, ['--schema-only', ...(create ? ['--create'] : []), ...(noAcl ? ['--no-acl'] : [])], file),
    printToc: (client, file) => print(client, ['--list'], file),
    printData: (client, file) => print(client, ['--section=data'], file),
  };
}

function makeSessions(setting: TargetSetting, psqlFolder: string): Promise<TargetSessions> {
  const { environment, keywords } = setting.connection;
  const named = {
    host: keywords.host ?? environment.PGHOST ?? environment.PGSERVICE ?? 'the default socket',
    port: keywords.port ?? environment.PGPORT ?? '5432',
    user: keywords.user ?? environment.PGUSER ?? 'the default user',
    database: keywords.dbname ?? environment.PGDATABASE ?? 'the default database',
    lockWaitSeconds: 0,
  };
  return TargetSessions.make({ ...setting, psqlFolder, named });
}

async function askTarget(
  sessions: TargetSessions,
  database: string,
  signal: AbortSignal,
): Promise<TargetFacts> {
  const session = await sessions.openMaintenance(database, signal);
  try {
    await session.run('the transaction', 'begin read only');
    const [server] = await session.rows<Omit<TargetFacts, 'database' | 'leftovers' | 'systemIdentifier'>>(
      'the target server',
      TARGET_QUERY,
    );
    if (!server) throw new Error('the target query returned no row');
    const [found] = await session.rows<Omit<DatabaseFacts, 'inside'> & { mayEnter: boolean }>(
      'the target database',
      databaseQuery(database),
    );
    const leftovers = await session.rows<Leftover>('earlier restores', LEFTOVER_QUERY);
    await session.run('the transaction', 'commit');
    const { mayEnter, ...rest } = found ?? {};
    return {
      ...server,
      host: session.host,
      port: Number(session.port),
      maintenanceDatabase: sessions.maintenance,
      systemIdentifier: await askSystemIdentifier(session),
      database: found
        ? {
            ...(rest as Omit<DatabaseFacts, 'inside'>),
            inside: mayEnter ? await lookInside(sessions, database, signal) : null,
          }
        : null,
      leftovers,
    };
  } finally {
    await session.close();
  }
}

async function lookInside(
  sessions: TargetSessions,
  database: string,
  signal: AbortSignal,
): Promise<DatabaseFacts['inside']> {
  const session = await sessions.open(database, signal);
  try {
    await session.run('the transaction', 'begin read only');
    const [inside] = await session.rows<NonNullable<DatabaseFacts['inside']>>(
      'the target database',
      INSIDE_QUERY,
    );
    return inside ?? null;
  } finally {
    await session.close();
  }
}

/** A lock that can be taken belongs to nobody: the restore that held it is over. */
async function clearUp(sessions: TargetSessions, not: string, signal: AbortSignal): Promise<string[]> {
  const session = await sessions.openMaintenance(not, signal);
  const dropped: string[] = [];
  try {
    for (const { name, lock } of await marked(session)) {
      const [held] = await session.rows<{ free: boolean }>(
        'earlier restores',
        `select pg_catalog.pg_try_advisory_lock(${lock}) as free`,
      );
      if (!held?.free) continue;
      await session.run(
        'dropping what an earlier restore left',
        `drop database if exists ${identifier(name)}`,
      );
      dropped.push(name);
    }
  } finally {
    await session.close();
  }
  return dropped;
}

async function createStubRoles(
  sessions: TargetSessions,
  not: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const session = await sessions.openMaintenance(not, signal);
  try {
    for (const name of names) await session.run('creating a role', `create role ${identifier(name)} nologin`);
  } finally {
    await session.close();
  }
}

function marked(session: Session): Promise<{ name: string; lock: number }[]> {
  return session.rows('earlier restores', MARKED_QUERY);
}
