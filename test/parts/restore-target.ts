// A target as a restore sees it: the adapter on a real server, and an archive that the server's own pg_dump wrote.
import { join } from 'node:path';
import { clientsSetting } from '../../src/entry/clients-setting.ts';
import { parseConninfo } from '../../src/inputs/conninfo.ts';
import { openClients } from '../../src/postgres/client/clients.ts';
import { openTargetServer } from '../../src/postgres/target.ts';
import type { TargetServer } from '../../src/postgres/target-port.ts';
import type { Log } from '../../src/reports/log.ts';
import { scratchFolder } from './backup-places.ts';
import type { PostgresServer } from './postgres-server.ts';
import { run } from './run.ts';

const SILENT: Log = { stage: (_title, work) => work(), info() {}, warn() {}, progress() {} };

export function targetOf(
  server: PostgresServer,
  database: string,
  as?: { user: string; password: string },
): TargetServer {
  const keywords = parseConninfo(server.url(database, as ?? server));
  if (!(keywords instanceof Map)) throw new Error('the URL of the part is malformed');
  const { password, ...rest } = Object.fromEntries(keywords);
  const folder = scratchFolder('target');
  return openTargetServer({
    connection: { environment: {}, keywords: rest, password },
    clients: openClients(
      clientsSetting(
        {
          client: { given: server.binFolder, version: 'auto', mirror: 'https://localhost' },
          compression: 'none',
        },
        { environment: {}, folder, log: SILENT },
      ),
    ),
    folder,
    own: process.env,
  });
}

/** pg_dump -Fc by the server's own client. */
export async function dumpTo(file: string, server: PostgresServer, database: string): Promise<string> {
  await run(join(server.binFolder, 'pg_dump'), ['-Fc', '--file', file, '--dbname', server.url(database)], {
    env: { PATH: '/usr/bin:/bin', PGTZ: 'UTC' },
  });
  return file;
}
