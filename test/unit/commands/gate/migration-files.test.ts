// What the usual tools write is seen as a migration, and what a web project changes every day is not.
import { describe, expect, it } from 'vitest';
import { DEFAULT_MIGRATIONS, findMigrations } from '../../../../src/commands/gate/migration-files.ts';

const found = (path: string, previous: string | null = null) =>
  findMigrations([{ path, previous }], DEFAULT_MIGRATIONS).length > 0;

describe('the default globs', () => {
  it.each([
    ['Prisma', 'prisma/migrations/20261121031700_add_orders/migration.sql'],
    ['Prisma, pushed without a migration', 'packages/db/prisma/schema.prisma'],
    ['Drizzle', 'drizzle/0003_wide_hulk.sql'],
    ['Drizzle’s journal', 'drizzle/meta/_journal.json'],
    ['Knex', 'src/migrations/20261121031700_orders.js'],
    ['TypeORM', 'src/migration/1795232220000-Orders.ts'],
    ['Rails', 'db/migrate/20261121031700_create_orders.rb'],
    ['Rails with several databases', 'db/animals_migrate/20261121031700_create_dogs.rb'],
    ['Rails’ schema', 'db/schema.rb'],
    ['Rails’ structure', 'db/animals_structure.sql'],
    ['Django', 'shop/orders/migrations/0007_order_total.py'],
    ['Alembic', 'alembic/versions/ae1027a6acf_orders.py'],
    ['Alembic elsewhere', 'backend/versions/ae1027a6acf_orders.py'],
    ['Flyway', 'src/main/resources/db/migration/V2__orders.sql'],
    ['Flyway in Java', 'src/main/java/shop/V3__Fill.java'],
    ['Liquibase', 'src/main/resources/db/changelog/db.changelog-master.yaml'],
    ['Liquibase in XML', 'config/changelog-1.2.xml'],
    ['Atlas', 'migrations/atlas.sum'],
    ['Atlas’ schema', 'schema.pg.hcl'],
    ['sqitch', 'sqitch.plan'],
    ['sqitch’s scripts', 'deploy/orders.sql'],
    ['Supabase', 'supabase/migrations/20261121031700_orders.sql'],
    ['EF Core', 'Data/Migrations/20261121031700_Orders.cs'],
    ['plain SQL', 'sql/orders.sql'],
  ])('see %s', (_, path) => expect(found(path)).toBe(true));

  it.each([
    'README.md',
    'CHANGELOG.md',
    'src/app.ts',
    'docs/migrating.md',
    '.github/workflows/deploy.yml',
    'src/models/order.py',
    'app/models/order.rb',
    'package-lock.json',
    'infra/main.tf.hcl',
  ])('leave %s alone', path => expect(found(path)).toBe(false));

  it('look at the old name of a file as well', () => {
    expect(found('docs/old.txt', 'db/migrate/001_a.rb')).toBe(true);
    expect(found('db/migrate/001_a.rb', 'docs/old.txt')).toBe(true);
    expect(found('docs/new.txt', 'docs/old.txt')).toBe(false);
  });
});

it.each([
  ['db/migrate', 'db/migrate/001_a.rb', true],
  ['db/migrate', 'db/migrate', true],
  ['db/migrate', 'db/migrated/001_a.rb', false],
  ['db/*', 'db/a/b', true],
  ['**', 'README.md', true],
])('%s takes %s for a migration: %s', (glob, path, expected) => {
  expect(findMigrations([{ path, previous: null }], [glob]).length > 0).toBe(expected);
});
