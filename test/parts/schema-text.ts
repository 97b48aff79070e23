// A database's schema as pg_dump writes it: equal text means an equal schema.
import { join } from 'node:path';
import type { PostgresServer } from './postgres-server.ts';
import { run } from './run.ts';

/** But for the nonce that newer minors put around it. */
export async function schemaOf(
  server: PostgresServer,
  database: string,
  more: readonly string[] = [],
): Promise<string> {
  const args = ['--schema-only', ...more, '--dbname', server.url(database)];
  const schema = await run(join(server.binFolder, 'pg_dump'), args);
  return schema.replace(/^\\(un)?restrict .*$/gm, '');
}
