// What an archive failed to show about itself, before or after it was stored. Codes PGB400 to PGB499. Each of these
// fails the backup: nothing counts that could not be proven.
import { Problem, type ProblemCode } from './problem.ts';

/** Shown of a list of names: a list of ten thousand helps nobody. */
const NAMED = 5;

function unproven(code: ProblemCode, summary: string, hint: string, detail?: string): Problem {
  return new Problem({ kind: 'integrity', code, summary, hint, detail });
}

/** `what`: the command that was reading; `ended`: "ended with status 1"; `detail`: its last lines. */
export function archiveUnreadable(what: string, ended: string, detail: string): Problem {
  const crashed = ended.startsWith('was killed');
  return unproven(
    'PGB400',
    `The archive could not be read back: ${what} ${ended}.`,
    crashed
      ? 'A damaged archive can crash pg_restore, and so can a machine short of memory: run the backup again, on a larger machine if it repeats.'
      : 'Its last lines say why. Run the backup again; if it repeats, try another compression or a newer client.',
    detail,
  );
}

/** `where`: what the text broke off in, e.g. "in the rows of public.orders". */
export function archiveTruncated(where: string): Problem {
  return unproven(
    'PGB401',
    `The decoded archive breaks off ${where}.`,
    'Run the backup again; look for a full disk or a killed process on this machine if it repeats.',
  );
}

export function tocUnreadable(line: string): Problem {
  return unproven(
    'PGB402',
    `\`pg_restore --list\` printed a line that can't be understood: ${JSON.stringify(line.slice(0, 120))}.`,
    'Use the pg_restore of a PostgreSQL release, 14 to 18, in `postgres-bin`.',
  );
}

export function tablesMissing(names: readonly string[]): Problem {
  return unproven(
    'PGB403',
    `The archive lacks the data of ${tables(names)} in scope: ${some(names)}.`,
    'Run the backup when no migration runs; if it repeats, report it with the output of `pg_restore --list`.',
  );
}

export function definitionsMissing(names: readonly string[]): Problem {
  return unproven(
    'PGB414',
    `The archive holds the data of ${tables(names)}, but not the definition: ${some(names)}.`,
    'Look what stands in the place of pg_dump on this machine: the backup asks it for both.',
  );
}

export function tablesUnexpected(oids: readonly number[]): Problem {
  return unproven(
    'PGB404',
    `The archive holds data of ${tables(oids)} that the snapshot did not list, by OID: ${some(oids.map(String))}.`,
    'Run the backup when no migration runs; if it repeats, report it with the output of `pg_restore --list`.',
  );
}

export function tablesTwice(names: readonly string[]): Problem {
  return unproven(
    'PGB405',
    `The archive holds the data of ${tables(names)} more than once: ${some(names)}.`,
    'Run the backup again; if it repeats, report it with the output of `pg_restore --list`.',
  );
}

export function blocksDiffer(listed: number, found: number, otherStatements: number): Problem {
  return unproven(
    'PGB406',
    `The archive lists tables with data: ${listed}; decoded, it holds COPY blocks: ${found}, statements of other kinds: ${otherStatements}.`,
    'Run the backup again; if it repeats, report it with the versions of server and client.',
  );
}

/** The table that stands at this place in the table of contents is not the one whose rows stand there. */
export function blockOfOtherTable(listed: string, found: string): Problem {
  return unproven(
    'PGB407',
    `Where the archive lists the data of ${listed}, it holds rows of ${found}.`,
    'Run the backup again; if it repeats, report it with the versions of server and client.',
  );
}

export interface RowsDiffer {
  readonly table: string;
  readonly archived: number;
  readonly counted: number;
}

export function rowsDiffer(differing: readonly RowsDiffer[]): Problem {
  const each = differing.map(
    ({ table, archived, counted }) => `${table} (${archived} in the archive, ${counted} counted)`,
  );
  return unproven(
    'PGB408',
    `The archive's rows differ from those counted in the same snapshot in ${tables(each)}: ${some(each)}.`,
    'Run the backup again. If it repeats, reindex the table: a damaged index or page gives two answers.',
  );
}

export function notCounted(names: readonly string[]): Problem {
  return unproven(
    'PGB409',
    `The rows of ${tables(names)} were not counted: ${some(names)}.`,
    'Run the backup again; `counts: off` goes without counting.',
  );
}

export function sequencesDiffer(listed: number, found: number): Problem {
  return unproven(
    'PGB410',
    `The archive lists values of sequences: ${listed}; decoded, it sets: ${found}.`,
    'Run the backup again; if it repeats, report it with the versions of server and client.',
  );
}

/** `how`: half a sentence, e.g. "16422 is listed, but its data is missing". */
export function largeObjectsDiffer(how: string): Problem {
  return unproven(
    'PGB411',
    `The archive's large objects are not those that it lists: ${how}.`,
    'Run the backup again; if it repeats, report it with the versions of server and client.',
  );
}

/** `statement`: its beginning; never data. */
export function statementMalformed(statement: string): Problem {
  return unproven(
    'PGB412',
    `The decoded archive holds a statement that can't be understood: ${JSON.stringify(statement.slice(0, 60))}.`,
    'Use the pg_restore of a PostgreSQL release, 14 to 18, in `postgres-bin`; if you do, report it.',
  );
}

export function proofUnreadable(key: string, why: string): Problem {
  return unproven(
    'PGB413',
    `The proof ${key} can't be read: ${why}.`,
    'The archive may still be sound: restore it by hand with pg_restore, and look who wrote to the bucket.',
  );
}

/** `found`: bytes that the store lists, null where it lists nothing. */
export function storedListingDiffers(key: string, sent: number, found: number | null): Problem {
  return unproven(
    'PGB420',
    found === null
      ? `${key} was sent, but the store does not list it.`
      : found === sent
        ? `${key} was replaced in the store right after it was sent.`
        : `${sent} bytes were sent as ${key}, but the store lists ${found}.`,
    'Look who else writes to this prefix, and whether the store lists what was just written; then run the backup again.',
  );
}

export function storedBytesDiffer(key: string): Problem {
  return unproven(
    'PGB421',
    `The store gives other bytes back for ${key} than were sent.`,
    'Run the backup again; if it repeats, use another network path or another store.',
  );
}

export function manifestReadBackDiffers(key: string): Problem {
  return unproven(
    'PGB422',
    `The manifest ${key} reads back otherwise than it was written.`,
    'Look who else writes to this prefix, and whether the store gives back what was just written.',
  );
}

function tables(all: readonly unknown[]): string {
  return all.length === 1 ? '1 table' : `${all.length} tables`;
}

function some(names: readonly string[]): string {
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.slice(0, NAMED).join(', ') + rest;
}
