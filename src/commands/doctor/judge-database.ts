// Judges what was asked of the database and of the client programs. What would fail a backup is the preflight's to say
// (backup/preflight.ts); here it gets a line each, and what is in order gets one as well. Pure.
import type { Instant } from '../../backups/instant.ts';
import type { ClientFacts, ClientSource, SourceFacts } from '../../postgres/port.ts';
import { plural } from '../../reports/plain-text.ts';
import { formatAge, formatBytes, formatCount } from '../../reports/quantities.ts';
import { judge, locksNeeded, type PreflightRules } from '../backup/preflight.ts';
import { settleCompression } from '../backup/settings.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { Answer } from './world.ts';

const database = findingsOf('database');
const client = findingsOf('client');

const STANDBY_LAG_MS = 10 * 60_000;
const MOST_EXTENSIONS = 12;

/** What stands there where none of these codes is found. */
const PREFLIGHT: readonly {
  readonly check: string;
  readonly codes: readonly string[];
  readonly good: (source: SourceFacts, rules: PreflightRules) => string;
}[] = [
  {
    check: 'version',
    codes: ['PGB236'],
    good: ({ serverVersion }) => `PostgreSQL ${serverVersion} is supported.`,
  },
  {
    check: 'pooler',
    codes: ['PGB220'],
    good: () => 'No transaction pooler stands in between.',
  },
  {
    check: 'rights',
    codes: ['PGB221', 'PGB223', 'PGB224', 'PGB225'],
    good: ({ tables, largeObjects }) =>
      `The role may read all ${plural(tables.length, 'table')}, their sequences${largeObjects > 0 ? ` and ${plural(largeObjects, 'large object')}` : ''}.`,
  },
  {
    check: 'row-security',
    codes: ['PGB222'],
    good: () => 'Row security hides no row from the role.',
  },
  {
    check: 'locks',
    codes: ['PGB226'],
    good: (source, { counts }) =>
      `The lock table has room: ${formatCount(locksNeeded(source, counts))} of ${formatCount(source.lockCapacity)} locks are needed.`,
  },
  {
    check: 'contents',
    codes: ['PGB227'],
    good: ({ tablesToLock, databaseBytes }) =>
      tablesToLock === 0
        ? 'The database has no tables, and `allow-empty` lets it pass.'
        : `${plural(tablesToLock, 'table')}, ${formatBytes(databaseBytes)} on the server.`,
  },
];

export function judgeDatabase(
  source: Answer<SourceFacts>,
  rules: PreflightRules,
  now: Instant,
): readonly Finding[] {
  if ('not' in source) return source.not.map(problem => database.wrong('connection', problem));
  const facts = source.ok;
  // The clocks are the store's line.
  const { problems, notes } = judge({ source: facts, now, storeTime: now }, rules);
  const judged = PREFLIGHT.flatMap(({ check, codes, good }) => {
    const own = problems.filter(({ code }) => codes.includes(code));
    return own.length > 0
      ? own.map(problem => database.wrong(check, problem))
      : [database.good(check, good(facts, rules))];
  });
  const known = PREFLIGHT.flatMap(({ codes }) => codes);
  const others = problems.filter(({ code }) => !known.includes(code));
  return [
    database.good(
      'connection',
      `Connected to ${JSON.stringify(facts.database)} at ${facts.host}:${facts.port} as ${JSON.stringify(facts.user)}.`,
    ),
    database.good(
      'tls',
      facts.tls
        ? 'The connection is encrypted by TLS.'
        : 'The connection is not encrypted by TLS: `sslmode` lets it, by default on this machine alone.',
    ),
    ...judged,
    ...others.map(problem => database.wrong('preflight', problem)),
    ...notes.map(note => database.warned('left-out', note)),
    judgeStandby(facts, now),
    judgeExtensions(facts),
    database.good(
      'roles',
      facts.superuser
        ? 'Roles are backed up with their password hashes: the role is a superuser.'
        : 'Roles are backed up without passwords, which only a superuser may read: set them anew after a loss of the server.',
    ),
  ];
}

function judgeStandby({ standby, replayedAt }: SourceFacts, now: Instant): Finding {
  if (!standby) return database.good('standby', 'The server is a primary.');
  if (replayedAt === null)
    return database.advice(
      'standby',
      'The server is a standby, and it does not say up to when it has replayed.',
      'Watch its lag by other means: a backup is as old as what it has replayed.',
    );
  const words = `The server is a standby that has replayed up to ${formatAge(replayedAt, now)}.`;
  if (now - replayedAt <= STANDBY_LAG_MS) return database.good('standby', words);
  return database.advice(
    'standby',
    words,
    'Nothing, where nothing was written since. Else mend its replication: a backup is as old as what it has replayed.',
  );
}

function judgeExtensions({ extensions }: SourceFacts): Finding {
  const names = extensions.map(({ name }) => name).filter(name => name !== 'plpgsql');
  if (names.length === 0)
    return database.good(
      'extensions',
      'No extensions besides plpgsql: any server of this version can restore it.',
    );
  const more = names.length > MOST_EXTENSIONS ? ` and ${names.length - MOST_EXTENSIONS} more` : '';
  return database.good(
    'extensions',
    `A server that restores it needs ${plural(names.length, 'extension')}: ${names.slice(0, MOST_EXTENSIONS).join(', ')}${more}.`,
  );
}

const FOUND: Readonly<Record<ClientSource, string>> = {
  'postgres-bin': 'named by `postgres-bin`',
  path: 'found on PATH',
  system: 'found among the packages of the system',
  'tool-cache': "found in the runner's tool cache",
  homebrew: 'installed by Homebrew',
  pgdg: "fetched from PostgreSQL's own packages",
};

/** undefined: without a server nobody knows which client fits. */
export function judgeClient(
  facts: Answer<ClientFacts> | undefined,
  { compression }: { readonly compression: string },
): readonly Finding[] {
  if (facts === undefined) return [];
  if ('not' in facts) return facts.not.map(problem => client.wrong('client', problem));
  const { version, source, folder, zstd, warnings } = facts.ok;
  const settled = settleCompression(compression, { zstd });
  const byDefault = compression === 'auto' && !zstd;
  return [
    client.good('client', `pg_dump ${version}, ${FOUND[source]} (${folder}).`),
    ...warnings.map(warning => client.warned('client', warning)),
    byDefault
      ? client.advice(
          'compression',
          `This pg_dump has no zstd: backups are compressed by ${settled}, which is slower and packs worse.`,
          'Use a client of version 16 or newer; `postgres-version` fetches one.',
        )
      : client.good('compression', `Backups are compressed by ${settled}.`),
  ];
}
