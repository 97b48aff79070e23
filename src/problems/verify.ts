// What was found wrong with a backup that lies in the store, and what could not be looked at. Codes PGB440 to PGB449;
// what is wrong with its manifest stands in backups.ts.
import { Problem, type ProblemCode } from './problem.ts';

const NAMED = 5;
const OTHER =
  'Do not use it: choose another backup, and look for an older version of this object in the store.';

function broken(code: ProblemCode, summary: string, hint = OTHER): Problem {
  return new Problem({ kind: 'integrity', code, summary, hint });
}

export function storedBytesChanged(key: string, found: number, expected: number): Problem {
  return broken(
    'PGB440',
    found === expected
      ? `${key} is not what was stored: its SHA-256 is another than its manifest says.`
      : `${key} is not what was stored: it has ${found} bytes, its manifest says ${expected}.`,
  );
}

export function plainBytesDiffer(key: string): Problem {
  return broken(
    'PGB441',
    `${key} decrypts to something else than what was dumped: size or SHA-256 are others than its manifest says.`,
    'It was encrypted by somebody else, or put together from two backups: look who may write to the bucket.',
  );
}

export function tablesDiffer(names: readonly string[]): Problem {
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const many = names.length === 1 ? '1 table' : `${names.length} tables`;
  return broken(
    'PGB442',
    `The archive and its proof disagree about the rows of ${many}: ${names.slice(0, NAMED).join(', ')}${rest}.`,
  );
}

export function largeObjectsDifferFromProof(oids: readonly number[]): Problem {
  return broken(
    'PGB443',
    `The archive and its proof disagree about ${oids.length === 1 ? 'a large object' : `${oids.length} large objects`}, the first of them ${oids[0]}.`,
  );
}

export function sequencesDifferFromProof(name: string): Problem {
  return broken('PGB444', `The archive and its proof disagree about the value of the sequence ${name}.`);
}

/** `what`: e.g. "the proof", "the archive". */
export function totalsDiffer(what: string): Problem {
  return broken('PGB445', `The manifest counts other tables or rows than ${what} does.`);
}

/** `missing`: whole clauses, e.g. "no `age-identity` is set". */
export function contentsUnproven(id: string, missing: readonly string[]): Problem {
  return new Problem({
    kind: 'stale',
    code: 'PGB446',
    summary: `Backup ${id} is stored as it was, but its contents were not looked at: ${missing.join('; ')}.`,
    hint: 'Give what is missing and verify again.',
  });
}

export function clientOlderThanArchive(client: string, writtenBy: number): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB447',
    summary: `The archive was written by pg_dump ${writtenBy}, and the client to read it with is ${client}: pg_restore reads no newer archives.`,
    hint: `Name a client of ${writtenBy} or newer in \`postgres-bin\` or \`postgres-version\`, or leave both out.`,
  });
}
