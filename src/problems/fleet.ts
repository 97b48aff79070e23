// Errors of a fleet: the list of databases that comes in one secret, and the summary over all of them. Codes PGB690 to
// PGB699. Lines of the list are counted, never quoted: they hold passwords.
import { Problem, type ProblemCode } from './problem.ts';

function configuration(code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind: 'configuration', code, summary, hint });
}

/** `line` counts from 1. */
export function databaseUrlsMalformed(line: number): Problem {
  return configuration(
    'PGB690',
    `Line ${line} of \`database-urls\` is not a name, an equals sign and a URL.`,
    'Write one database a line, as in `shop=postgresql://backup:…@db.example.com/shop`.',
  );
}

export function databaseUrlsAndAnother(): Problem {
  return configuration(
    'PGB691',
    '`database-urls` is given beside `database-url` or single connection inputs.',
    'Give the address of this database in one place: in the list, or by itself.',
  );
}

export function databaseUrlsWithoutName(): Problem {
  return configuration(
    'PGB692',
    '`database-urls` is given without `name`.',
    'Say by `name` which line of the list this backup is of.',
  );
}

export function notInDatabaseUrls(name: string, lines: number): Problem {
  return configuration(
    'PGB693',
    `None of the ${lines} lines of \`database-urls\` is of \`${name}\`.`,
    'Names are compared to the letter: add a line to the secret, or correct the name in the list of databases.',
  );
}

export function twiceInDatabaseUrls(name: string): Problem {
  return configuration(
    'PGB694',
    `\`database-urls\` has more than one line of \`${name}\`.`,
    'Leave one: two databases under one name would count as one.',
  );
}

/** `why` is half a sentence. */
export function fleetMalformed(why: string): Problem {
  return configuration(
    'PGB695',
    `\`databases\` is no list of databases: ${why}.`,
    'Write a JSON array with a `name` for each, and its `environment` where it has one, as in `[{"name": "shop", "environment": "pg-shop"}]`.',
  );
}

export function notAllBackedUp(names: readonly string[], all: number): Problem {
  const shown = names.slice(0, 20).map(name => `\`${name}\``);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return new Problem({
    kind: 'remote',
    code: 'PGB696',
    summary: `${names.length} of ${all} databases ${names.length === 1 ? 'was' : 'were'} not backed up: ${shown.join(', ')}${more}.`,
    hint: 'Open the job of each to see why. The others are whole, and each of them is a backup of its own.',
  });
}
