// Reads every table of the restored database with stock psql and holds it to the proof that the backup wrote: rows and
// SHA-256 of COPY's text, large objects, sequences.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Proof, TableProof } from '../../src/proof/proof.ts';
import type { PostgresServer } from '../../test/parts/postgres-server.ts';

export interface Comparison {
  /** For people, one printable line. */
  readonly name: string;
  readonly rows: number;
  readonly sha256: string;
  readonly equal: boolean;
}

/** COPY's text depends on these; pg_dump fixes them in the same way. */
const SETTINGS = [
  'timezone=UTC',
  'datestyle=ISO',
  'intervalstyle=postgres',
  'extra_float_digits=3',
  'search_path=',
  'synchronize_seqscans=off',
];

export async function compareTables(
  server: PostgresServer,
  database: string,
  { tables }: Proof,
): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  for (const table of tables) compared.push(await compareTable(server, database, table));
  return compared;
}

async function compareTable(
  server: PostgresServer,
  database: string,
  { name, rows, sha256 }: TableProof,
): Promise<Comparison> {
  const seen = await copyOut(server, database, name);
  const equal = seen.rows === rows && seen.sha256 === sha256;
  return { name: name.replaceAll(/\s+/g, ' '), ...seen, equal };
}

/** `name` stands in the proof as PostgreSQL quotes it. */
function copyOut(
  server: PostgresServer,
  database: string,
  name: string,
): Promise<{ rows: number; sha256: string }> {
  const args = ['--no-psqlrc', '--quiet', '--dbname', server.url(database), '--command'];
  const child = spawn(join(server.binFolder, 'psql'), [...args, `copy ${name} to stdout`], {
    env: { PATH: '/usr/bin:/bin', PGOPTIONS: SETTINGS.map(setting => `-c ${setting}`).join(' ') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const hash = createHash('sha256');
  let rows = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    hash.update(bytes);
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) rows += 1;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => {
      if (status === 0) resolve({ rows, sha256: hash.digest('hex') });
      else reject(new Error(`psql could not read ${name} (status ${status})`));
    });
  });
}

/** What differs of large objects and sequences, as sentences; none where all are equal. */
export async function compareRest(
  server: PostgresServer,
  database: string,
  { largeObjects, sequences }: Proof,
): Promise<string[]> {
  const listed = await server.psql(
    "select oid, length(lo_get(oid)), encode(sha256(lo_get(oid)), 'hex') from pg_largeobject_metadata order by oid",
    database,
  );
  const seen = new Set(listed.split('\n'));
  const differing = largeObjects
    .filter(({ oid, bytes, sha256 }) => !seen.has(`${oid}|${bytes}|${sha256}`))
    .map(({ oid }) => `large object ${oid} differs`);
  for (const { name, value, called } of sequences) {
    const now = await server.psql(`select last_value, is_called from ${name}`, database);
    if (now !== `${value}|${called ? 't' : 'f'}`) differing.push(`sequence ${name} stands at ${now}`);
  }
  return differing;
}
