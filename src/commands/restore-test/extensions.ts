// Which extensions of the backup the test's server lacks, and where they can be had: a throw-away server has those of
// its package alone.
import type { Manifest } from '../../backups/manifest.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import { extensionsMissing } from '../../problems/restore-test.ts';

/** Official images, whose tags begin with the major: `postgis/postgis:16-3.5`. */
const IMAGES: readonly (readonly [RegExp, string])[] = [
  [/^(postgis|address_standardizer|fuzzystrmatch_postgis)/, 'postgis/postgis'],
  [/^vector$/, 'pgvector/pgvector'],
  [/^timescaledb/, 'timescale/timescaledb-ha'],
  [/^citus/, 'citusdata/citus'],
  [/^(pg_search|pg_analytics)$/, 'paradedb/paradedb'],
  [/^(pg_graphql|pgsodium|supabase_vault|pg_net|pgjwt|pg_jsonschema|wrappers)$/, 'supabase/postgres'],
  [/^age$/, 'apache/age'],
];

export function imageOf(extension: string): string | undefined {
  return IMAGES.find(([pattern]) => pattern.test(extension))?.[1];
}

/** Throws a Problem that names all of them. */
export function checkExtensions({ server }: Manifest, { extensions, serverMajor }: TargetFacts): void {
  const available = new Set(extensions.map(({ name }) => name));
  const missing = server.extensions
    .filter(({ name }) => !available.has(name))
    .map(({ name }) => ({ name, image: imageOf(name) }));
  if (missing.length > 0) throw extensionsMissing(missing, serverMajor);
}
