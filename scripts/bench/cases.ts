// What is timed: pg_dump and pg_restore alone, the product, parts of it, and the recipes that people run today.
import { join } from 'node:path';
import { settleJobs } from '../../src/entry/settle-jobs.ts';
import type { PostgresServer } from '../../test/parts/postgres-server.ts';
import { root } from '../root.ts';
import { DATABASE } from './database.ts';
import { type Command, measure, type Usage } from './processes.ts';
import { type BenchStore, BUCKET, REGION } from './s3.ts';
import { RESTORED, restoreCommand, type Stock, type Stocked } from './stock.ts';

export interface Place {
  readonly server: PostgresServer;
  readonly store: BenchStore;
  /** A folder of this bench, for recipes that write a file first. */
  readonly folder: string;
  readonly ageRecipient: string;
  readonly databaseBytes: number;
  readonly stock: Stock;
  /** undefined: the recipes are left out. */
  readonly aws: string | undefined;
}

export type CaseName =
  | 'pg_dump zstd:3'
  | 'pg_dump none'
  | 'backup'
  | 'backup zstd:1'
  | 'backup with age'
  | 'upload only'
  | 'pg_restore alone'
  | 'pg_restore, vacuumdb'
  | 'restore'
  | 'restore of a quarter'
  | 'download'
  | 'download by one stream'
  | 'download of a quarter'
  | 'recipe gzip:6'
  | 'recipe gzip:9'
  | 'recipe plain';

export const PRODUCT_CASES: readonly CaseName[] = [
  'pg_dump zstd:3',
  'backup',
  'upload only',
  'backup with age',
  'pg_dump none',
  'backup zstd:1',
  'pg_restore alone',
  'pg_restore, vacuumdb',
  'restore',
  'restore of a quarter',
  'download by one stream',
  'download',
  'download of a quarter',
];
export const RECIPES: readonly CaseName[] = ['recipe gzip:6', 'recipe gzip:9', 'recipe plain'];

/** Runs one case once; the store is empty again afterwards. */
export async function runCase(name: CaseName, place: Place): Promise<Usage> {
  if (name.startsWith('pg_restore')) await place.server.createDatabase(RESTORED);
  const usage = await measure(commandOf(name, place));
  await place.store.empty();
  await place.server.psql(`drop database if exists ${RESTORED}`);
  // These tell their own time: see upload-only.ts.
  const own = name === 'upload only' || name.startsWith('download');
  return own ? { ...usage, seconds: JSON.parse(usage.stdout).seconds } : usage;
}

function commandOf(name: CaseName, place: Place): Command {
  switch (name) {
    case 'pg_dump zstd:3':
      return shell(place, `"$BIN/pg_dump" -Fc -Z zstd:3 "$URL" > /dev/null`);
    case 'pg_dump none':
      return shell(place, `"$BIN/pg_dump" -Fc -Z 0 "$URL" > /dev/null`);
    case 'backup':
      return backup(place, ['--compression=zstd:3']);
    case 'backup zstd:1':
      return backup(place, ['--compression=zstd:1']);
    case 'backup with age':
      return backup(place, ['--compression=zstd:3', `--age-recipients=env:RECIPIENT`]);
    case 'upload only':
      return uploadOnly(place);
    case 'pg_restore alone':
      return shell(place, PG_RESTORE);
    case 'pg_restore, vacuumdb':
      return shell(
        place,
        `${PG_RESTORE} && "$BIN/vacuumdb" --quiet --analyze-only --jobs="$JOBS" --dbname="$RESTORED_URL"`,
      );
    case 'restore':
      return restoreCommand(place.server, place.stock, place.stock.large);
    case 'restore of a quarter':
      return restoreCommand(place.server, place.stock, place.stock.small);
    case 'download':
      return download(place, place.stock.large);
    case 'download by one stream':
      return download(place, place.stock.large, 1);
    case 'download of a quarter':
      return download(place, place.stock.small);
    case 'recipe gzip:6':
      return shell(
        place,
        `"$BIN/pg_dump" -Fc "$URL" > "$FILE" && "$BIN/pg_restore" --list "$FILE" > /dev/null && ${COPY_FILE}`,
      );
    case 'recipe gzip:9':
      return shell(place, `"$BIN/pg_dump" -Fc -Z 9 -f "$FILE" "$URL" && ${COPY_FILE}`);
    case 'recipe plain':
      return shell(
        place,
        `"$BIN/pg_dump" -Fp "$URL" | gzip -9 | "$AWS" s3 cp --quiet --endpoint-url "$ENDPOINT" - "$TARGET"`,
      );
  }
}

const PG_RESTORE = '"$BIN/pg_restore" --exit-on-error --jobs="$JOBS" --dbname="$RESTORED_URL" "$STOCKED"';
const COPY_FILE = '"$AWS" s3 cp --quiet --endpoint-url "$ENDPOINT" "$FILE" "$TARGET" && rm "$FILE"';

function shell({ server, store, folder, stock, aws }: Place, script: string): Command {
  return {
    file: '/bin/sh',
    args: ['-c', script],
    environment: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: process.env.HOME ?? folder,
      ...store.environment,
      AWS_DEFAULT_REGION: REGION,
      BIN: server.binFolder,
      URL: server.url(DATABASE),
      RESTORED_URL: server.url(RESTORED),
      STOCKED: stock.large.file,
      JOBS: String(settleJobs(undefined)),
      FILE: join(folder, 'recipe.dump'),
      AWS: aws ?? 'aws',
      ENDPOINT: store.endpoint,
      TARGET: `s3://${BUCKET}/recipe.dump`,
    },
  };
}

function backup({ server, store, ageRecipient }: Place, flags: readonly string[]): Command {
  const place = [`--destination=s3://${BUCKET}/backup`, `--s3-endpoint=${store.endpoint}`];
  return {
    file: process.execPath,
    args: [
      join(root, 'dist', 'cli.js'),
      'backup',
      '--database-url=env:URL',
      ...place,
      '--s3-force-path-style',
      `--postgres-bin=${server.binFolder}`,
      '--tier=manual',
      '--json',
      ...flags,
    ],
    environment: {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      ...store.environment,
      URL: server.url(DATABASE),
      RECIPIENT: ageRecipient,
    },
  };
}

function download({ store, stock, folder }: Place, { key }: Stocked, connections?: number): Command {
  const script = join(import.meta.dirname, 'download-only.ts');
  return {
    file: process.execPath,
    args: [script, stock.endpoint, key, join(folder, 'downloaded'), String(connections ?? '')],
    environment: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...store.environment },
  };
}

function uploadOnly({ server, store, databaseBytes }: Place): Command {
  const dump = [join(server.binFolder, 'pg_dump'), '-Fc', '-Z', 'zstd:3', server.url(DATABASE)];
  return {
    file: process.execPath,
    args: [join(import.meta.dirname, 'upload-only.ts'), store.endpoint, String(databaseBytes), ...dump],
    environment: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...store.environment },
  };
}
