// A tiny extension with configuration tables: pg_dump takes only some of their rows, which no extension that
// comes with PostgreSQL shows.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresServer } from './postgres-server.ts';
import { run } from './run.ts';

export const TEST_EXTENSION = 'backup_probe';

const CONTROL = `comment = 'configuration tables, dumped in part'
default_version = '1.0'
relocatable = false
`;

const SCRIPT = `
create table @extschema@.probe_settings (name text primary key, value text, is_built_in boolean not null default false);
insert into @extschema@.probe_settings select 'built-in ' || i, i, true from generate_series(1, 5) i;
select pg_catalog.pg_extension_config_dump('@extschema@.probe_settings', 'where not is_built_in');
create table @extschema@.probe_history (id int, note text);
insert into @extschema@.probe_history values (1, 'made by the extension'), (2, 'made by the extension, too');
select pg_catalog.pg_extension_config_dump('@extschema@.probe_history', '');
create table @extschema@.probe_private (id int);
insert into @extschema@.probe_private values (1);
`;

/** Puts the extension's files beside the contrib ones of the server's installation, for all servers of that major. */
export async function installTestExtension(server: PostgresServer): Promise<void> {
  const shared = (await run(join(server.binFolder, 'pg_config'), ['--sharedir'])).trim();
  const write = async (name: string, text: string) => {
    const path = join(shared, 'extension', name);
    // Other test files may do the same at this moment.
    const fresh = `${path}.${process.pid}`;
    await writeFile(fresh, text);
    await rename(fresh, path);
  };
  await write(`${TEST_EXTENSION}--1.0.sql`, SCRIPT);
  await write(`${TEST_EXTENSION}.control`, CONTROL);
}
