// Errors about what the user wrote. Codes PGB100 to PGB199. Secret inputs are named, never quoted.
import { Problem, type ProblemCode, type Warning } from './problem.ts';

function configuration(code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind: 'configuration', code, summary, hint });
}

export function unknownInput(name: string, known: readonly string[]): Problem {
  const near = known.filter(candidate => distance(candidate, name) <= 2);
  return configuration(
    'PGB100',
    `\`${name}\` is not an input.`,
    near.length > 0
      ? `Did you mean \`${near.join('` or `')}\`?`
      : 'See the list of inputs in docs/inputs.md or --help.',
  );
}

export function notABoolean(name: string, value: string): Problem {
  return configuration('PGB101', `\`${name}\` is "${value}".`, 'Write true or false.');
}

export function notAChoice(name: string, value: string, choices: readonly string[]): Problem {
  return configuration('PGB102', `\`${name}\` is "${value}".`, `Choose one of ${choices.join(', ')}.`);
}

export function notACount(name: string, value: string): Problem {
  return configuration('PGB103', `\`${name}\` is "${value}".`, 'Write a whole number, 0 or more.');
}

export function notADuration(name: string, value: string): Problem {
  return configuration(
    'PGB104',
    `\`${name}\` is "${value}".`,
    'Give a number with its unit, as in "90s", "5m", "26h" or "2d".',
  );
}

export function notAPercent(name: string, value: string): Problem {
  return configuration('PGB105', `\`${name}\` is "${value}".`, 'Give a percentage, as in "50%".');
}

export function destinationMissing(): Problem {
  return configuration(
    'PGB110',
    '`destination` is not set.',
    'Say where backups lie: s3://bucket/prefix, or file:///path.',
  );
}

export function badDestination(value: string): Problem {
  return configuration(
    'PGB111',
    `\`destination\` is "${value}", which is no s3://bucket/prefix and no file:///path.`,
    'Use a bucket name of S3 (3 to 63 lower-case letters, digits, dots, hyphens) and a prefix without empty or dotted parts.',
  );
}

export function badEndpoint(): Problem {
  return configuration(
    'PGB112',
    '`s3-endpoint` is no plain http(s) URL.',
    'Write scheme, host and port alone, as in https://s3.example.com; keys belong into the AWS environment.',
  );
}

export function endpointNotSecure(host: string): Problem {
  return configuration(
    'PGB113',
    `\`s3-endpoint\` reaches ${host} by plain http.`,
    'Use https; http is taken on loopback alone.',
  );
}

export function onlyForS3(name: string, destination: string): Problem {
  return configuration(
    'PGB114',
    `\`${name}\` means nothing for ${destination}.`,
    'Leave it out, or give an s3:// destination.',
  );
}

export function databaseUrlMalformed(): Problem {
  return configuration(
    'PGB120',
    '`database-url` is neither a PostgreSQL URL nor a keyword string (it is not shown: it may hold a password).',
    'Write postgresql://user:password@host:5432/database; percent-encode reserved characters of the password (@ is %40, / is %2F).',
  );
}

/** What other drivers add to their URLs. Nothing else is shown: a misread password may look like a keyword. */
const KEYWORDS_OF_DRIVERS: ReadonlySet<string> = new Set([
  'schema',
  'currentSchema',
  'search_path',
  'pgbouncer',
  'connection_limit',
  'pool_timeout',
  'pool_mode',
  'pool_max_conns',
  'pool_max_conn_lifetime',
  'pool_max_conn_idle_time',
  'socket_timeout',
  'statement_cache_size',
  'statement_timeout',
  'prepareThreshold',
  'preferQueryMode',
  'sslaccept',
  'sslidentity',
  'ssl',
  'uselibpqcompat',
  'supa',
  'timezone',
  'encoding',
]);

export function databaseUrlUnknownKeyword(keyword: string): Problem {
  const shown = KEYWORDS_OF_DRIVERS.has(keyword) ? `"${keyword}"` : 'a keyword';
  return configuration(
    'PGB121',
    `\`database-url\` holds ${shown} that libpq does not know.`,
    'Remove it, as in ?schema=public: some drivers add parameters of their own. In a password, percent-encode reserved characters (& is %26, = is %3D).',
  );
}

export function databaseUrlRefusedKeyword(keyword: string): Problem {
  return configuration(
    'PGB122',
    `\`database-url\` holds "${keyword}", which a backup does not take.`,
    'Remove it: it would change what is dumped, or hide a secret.',
  );
}

export function connectionGivenTwice(): Problem {
  return configuration(
    'PGB123',
    '`database-url` is set, and one of `host`, `port`, `user`, `password`, `database` as well.',
    'Give the one or the other.',
  );
}

export function badPort(value: string): Problem {
  return configuration('PGB124', `The port is "${value}".`, 'Write a number from 1 to 65535.');
}

export function poolerPort(host: string): Problem {
  return configuration(
    'PGB125',
    `${host} is a transaction-mode pooler: no snapshot holds there, and pg_dump would disturb the application's sessions.`,
    'Use the direct host or the session pooler (Supabase: port 5432; Neon: the host without -pooler).',
  );
}

export function weakSslMode(mode: string): Warning {
  return {
    code: 'PGB126',
    summary: `sslmode=${mode} lets the connection go out in plain text.`,
    hint: 'Use require, or verify-full with `ssl-root-cert`.',
  };
}

export function badCompression(value: string): Problem {
  return configuration(
    'PGB130',
    `\`compression\` is "${value}".`,
    'Write auto, zstd:1 to zstd:22, gzip:1 to gzip:9, lz4 or none.',
  );
}

export function badTimezone(value: string): Problem {
  return configuration(
    'PGB131',
    `\`timezone\` is "${value}", which is no IANA time zone.`,
    'Write one such as Europe/Vienna or UTC.',
  );
}

export function tierNotKept(tier: string): Warning {
  return {
    code: 'PGB133',
    summary: `\`retention\` names no rule for ${tier}: its backups are kept for ever.`,
    hint: `Add a line "${tier}: …", or "${tier}: forever" to say so.`,
  };
}

/** `what`: "A backup", "A restore". */
export function eventRefused(what: string, event: string): Problem {
  return configuration(
    'PGB140',
    `${what} does not run on the event ${event}: whoever opens such an event could reach the database's secrets.`,
    'Run it on schedule, push or workflow_dispatch; where you know what you do, name the event in `allow-event`.',
  );
}

export function secretOnCommandLine(flag: string): Problem {
  return configuration(
    'PGB150',
    `${flag} holds a secret, and arguments are visible to every user of this machine.`,
    `Write ${flag} env:NAME to take it from an environment variable, or ${flag} @file to read a file.`,
  );
}

export function secretNotFound(flag: string, source: string): Problem {
  return configuration(
    'PGB151',
    `${flag} names ${source}, which is not there or empty.`,
    'Set it, or correct its name.',
  );
}

export function unknownCommand(command: string, known: readonly string[]): Problem {
  return configuration(
    'PGB152',
    `"${command}" is not a command.`,
    `Use one of ${known.join(', ')}; pg-backup --help explains them.`,
  );
}

export function badArgument(message: string): Problem {
  return configuration('PGB153', message, 'See pg-backup --help.');
}

/** Edit distance, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
