// Warnings about the source: the backup is whole as far as pg_dump goes, but it does not hold these. Codes PGB250 to PGB269.
import type { Warning } from './problem.ts';

export function unloggedLeftOut(tables: readonly string[]): Warning {
  return {
    code: 'PGB250',
    summary: `The server is a standby: the rows of unlogged tables are not on it and not in the backup (${list(tables)}).`,
    hint: 'Back up from the primary if they matter.',
  };
}

export function invalidIndexesLeftOut(indexes: readonly string[]): Warning {
  return {
    code: 'PGB251',
    summary: `pg_dump leaves out invalid indexes without a word: ${list(indexes)}.`,
    hint: 'REINDEX them on the source, or drop them.',
  };
}

export function subscriptionsLeftOut(subscriptions: readonly string[]): Warning {
  return {
    code: 'PGB252',
    summary: `pg_dump leaves out subscriptions unless a superuser runs it: ${list(subscriptions)}.`,
    hint: 'Keep their definitions elsewhere.',
  };
}

export function secretsInArchive(): Warning {
  return {
    code: 'PGB253',
    summary: 'The archive holds the passwords of subscriptions in plain text, and it is not encrypted.',
    hint: 'Set `age-recipients`.',
  };
}

/** What pg_dump itself warned of, already made harmless. */
export function dumpWarned(text: string): Warning {
  return {
    code: 'PGB254',
    summary: `pg_dump warns: ${text}.`,
    hint: 'The backup was taken; look whether this matters to a restore.',
  };
}

function list(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}
