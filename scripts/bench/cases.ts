// What is timed: pg_dump alone, the product, parts of it, and the recipes that people run today.
import { join } from 'node:path';
import type { PostgresServer } from '../../test/parts/postgres-server.ts';
import { root } from '../root.ts';
import { DATABASE } from './database.ts';
import { type Command, measure, type Usage } from './processes.ts';
import { type BenchStore, BUCKET, REGION } from './s3.ts';

export interface Place {
  readonly server: PostgresServer;
  readonly store: BenchStore;
  /** A folder of this bench, for recipes that write a file first. */
  readonly folder: string;
  readonly ageRecipient: string;
  readonly databaseBytes: number;
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
];
export const RECIPES: readonly CaseName[] = ['recipe gzip:6', 'recipe gzip:9', 'recipe plain'];

/** Runs one case once; the store is empty again afterwards. */
export async function runCase(name: CaseName, place: Place): Promise<Usage> {
  const usage = await measure(commandOf(name, place));
  await place.store.empty();
  // It tells its own time: see upload-only.ts.
  return name === 'upload only' ? { ...usage, seconds: JSON.parse(usage.stdout).seconds } : usage;
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

const COPY_FILE = '"$AWS" s3 cp --quiet --endpoint-url "$ENDPOINT" "$FILE" "$TARGET" && rm "$FILE"';

function shell({ server, store, folder, aws }: Place, script: string): Command {
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

function uploadOnly({ server, store, databaseBytes }: Place): Command {
  const dump = [join(server.binFolder, 'pg_dump'), '-Fc', '-Z', 'zstd:3', server.url(DATABASE)];
  return {
    file: process.execPath,
    args: [join(import.meta.dirname, 'upload-only.ts'), store.endpoint, String(databaseBytes), ...dump],
    environment: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...store.environment },
  };
}
