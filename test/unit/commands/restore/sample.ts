// A backup and a target in which nothing speaks against a restore; each case changes one thing.
import type { DatabaseFacts, TargetFacts } from '../../../../src/postgres/target-port.ts';
import type { PlannedBackup } from '../../../../src/reports/restore-plan.ts';

export const BACKUP: PlannedBackup = {
  id: '0abc1def',
  name: 'app',
  tier: 'daily',
  stamp: Date.parse('2026-11-20T03:17:00Z'),
  level: 'stored',
  key: 'app/daily/20261120T031700Z-0abc1def.dump',
  etag: 'etag',
  bytes: 1_000_000,
  plainBytes: 1_000_000,
  sha256: '0'.repeat(64),
  rows: 1_040,
  tables: 3,
  database: 'app',
  serverVersion: '16.15',
  clientVersion: '16.15',
  encrypted: false,
  extensions: [
    { name: 'plpgsql', version: '1.0' },
    { name: 'hstore', version: '1.8' },
  ],
};

export const DATABASE: DatabaseFacts = {
  oid: 16_384,
  name: 'app',
  owner: 'owner',
  bytes: 10_000_000,
  encoding: 'UTF8',
  locale: { ENCODING: 'UTF8', LC_COLLATE: 'C.UTF-8', LC_CTYPE: 'C.UTF-8' },
  sessions: [],
  preparedTransactions: [],
  logicalSlots: [],
  subscriptions: [],
  mayRename: true,
  inside: { hasPublic: true, tables: 3 },
};

export const FACTS: TargetFacts = {
  host: 'db.example.com',
  port: 5432,
  user: 'restorer',
  maintenanceDatabase: 'postgres',
  systemIdentifier: '7301234567890123456',
  serverVersion: '16.15',
  serverMajor: 16,
  standby: false,
  superuser: true,
  lcMonetary: 'C',
  mayCreateDatabases: true,
  roles: ['owner', 'restorer'],
  extensions: [
    { name: 'plpgsql', versions: ['1.0'] },
    { name: 'hstore', versions: ['1.7', '1.8'] },
  ],
  database: DATABASE,
  leftovers: [],
};
