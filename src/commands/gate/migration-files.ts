// Which files of a change are migrations, by where the usual tools keep them. A file too many costs a look at the bucket,
// a file too few a migration without a backup: in doubt it is one.
import type { ChangedFile } from '../../github/port.ts';
import { matchesGlob } from './glob.ts';

/** By tool, for the docs; every tool's globs count always. */
export const MIGRATION_GLOBS = {
  'folders of migrations (Knex, TypeORM, Django, Supabase, Laravel, golang-migrate and others)': [
    '**/migrations/**',
    '**/migration/**',
    '**/migrate/**',
  ],
  Prisma: ['**/*.prisma'],
  Drizzle: ['**/drizzle/**'],
  Rails: ['**/db/*migrate/**', '**/db/*schema.rb', '**/db/*structure.sql'],
  Alembic: ['**/alembic/**', '**/versions/*.py'],
  Flyway: ['**/flyway/**', '**/{v,u,r}*__*.{sql,java,kt}'],
  Liquibase: ['**/liquibase/**', '**/{changelog,changelogs}/**', '**/*changelog*.{xml,yaml,yml,json}'],
  Atlas: ['**/atlas.sum', '**/atlas.hcl', '**/schema.hcl', '**/*.{pg,lt,my}.hcl'],
  sqitch: ['**/sqitch.{plan,conf}', '**/{deploy,revert}/**/*.sql'],
  'plain SQL': ['**/*.{sql,ddl,psql,pgsql}'],
} as const;

export const DEFAULT_MIGRATIONS: readonly string[] = Object.values(MIGRATION_GLOBS).flat();

/** Paths, new and old ones, that one of the globs matches, or a folder of theirs: `db/migrate` is all that is in it. */
export function findMigrations(files: readonly ChangedFile[], globs: readonly string[]): readonly string[] {
  const paths = files.flatMap(({ path, previous }) => (previous === null ? [path] : [path, previous]));
  return paths.filter(path => globs.some(glob => matchesGlob(path, `${glob}/**`)));
}
