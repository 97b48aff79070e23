// A database that stays, behind the port: looked into, fenced, and changed in one transaction.

import { join } from 'node:path';
import type { TableName } from '../backups/table-name.ts';
import { connectionString } from './child-environment.ts';
import { CONTENT_QUERY, LARGE_OBJECTS_COUNT_QUERY } from './emptying.ts';
import { beginChange } from './live-change.ts';
import type { LiveContent, LiveServer } from './live-port.ts';
import { identifier, literal } from './sql-text.ts';
import { tablesQuery } from './table-surroundings.ts';
import type { TargetSessions } from './target-sessions.ts';
import { raiseFence } from './write-fence.ts';

/** Building statistics takes its time; the run's own timeout ends it earlier. */
const LONG_MS = 24 * 3_600_000;

export function openLiveServer(
  folder: string,
  sessions: (signal: AbortSignal) => Promise<TargetSessions>,
): LiveServer {
  return {
    content: async (database, tables, schemas, signal) =>
      look(await sessions(signal), database, tables, schemas, signal),
    async begin(client, options, signal) {
      const found = await sessions(signal);
      const tool = (program: string, args: readonly string[]) => ({
        file: join(client.folder, program),
        args: [
          `--dbname=${connectionString(found.connectionTo(options.database))}`,
          '--no-password',
          ...args,
        ],
        environment: found.environment,
      });
      return beginChange({ sessions: found, folder }, tool, options);
    },
    fence: async (database, { since }, signal) => raiseFence(await sessions(signal), database, since, signal),
    async analyze(database, tables, signal) {
      const session = await (await sessions(signal)).open(database, signal);
      try {
        const names = tables.map(({ schema, table }) => `${identifier(schema)}.${identifier(table)}`);
        await session.run('gathering statistics', `analyze ${names.join(', ')}`, LONG_MS);
      } finally {
        await session.close();
      }
    },
  };
}

async function look(
  sessions: TargetSessions,
  database: string,
  tables: readonly TableName[],
  schemas: readonly string[],
  signal: AbortSignal,
): Promise<LiveContent> {
  const session = await sessions.open(database, signal);
  try {
    await session.run('the transaction', 'begin read only');
    const [large] = await session.rows<{ count: number }>('the large objects', LARGE_OBJECTS_COUNT_QUERY);
    const wanted = schemas.map(literal).join(', ');
    const found = await session.rows<{ name: string }>(
      'the schemas',
      `select nspname as name from pg_catalog.pg_namespace where nspname = any (array[${wanted}]::text[]) order by 1`,
    );
    return {
      objects: await session.rows('what is in the database', CONTENT_QUERY),
      largeObjects: large?.count ?? 0,
      tables: await session.rows('the tables', tablesQuery(tables)),
      schemas: found.map(({ name }) => name),
    };
  } finally {
    await session.close();
  }
}
