// What a backup defines and what is found in its place: in the archive as it lies in the store, or in a database made from
// it. Codes PGB861, PGB862, PGB883 and PGB884.
import { Problem, type Warning } from './problem.ts';

/** Shown of a list of statements. */
const NAMED = 5;

export interface SchemaDifference {
  /** Beginnings of statements. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/** Of an archive whose table of contents is that of its proof. */
export function definitionsDiffer(): Problem {
  return new Problem({
    kind: 'integrity',
    code: 'PGB861',
    summary:
      'The archive defines its objects otherwise than its proof says: a check, a default, a function or the like is another.',
    hint: 'It was made anew. Use another backup, and look who may write to the bucket.',
  });
}

export function schemaDiffers(difference: SchemaDifference): Problem {
  return new Problem({
    kind: 'integrity',
    code: 'PGB862',
    summary: `Restored, the schema is not as the backup defines it: ${describe(difference)}.`,
    hint: 'Something in the database changes what is created while it is restored, such as an index whose function does more than compute. Look for it at the source.',
  });
}

/** The difference may be of words alone, or the doing of the server that was restored into. */
export function schemaNotAsArchived(difference: SchemaDifference): Warning {
  return {
    code: 'PGB883',
    summary: `The restored schema reads otherwise than the backup defines it: ${describe(difference)}.`,
    hint: 'The target may add privileges or change what is created (an event trigger of its provider), or another minor of pg_dump uses other words. Compare what is named before you rely on it.',
    loud: true,
  };
}

export function schemaNotCompared(detail: string): Warning {
  return {
    code: 'PGB884',
    summary: `The restored schema could not be compared with the backup: ${detail}`,
    hint: 'What is compared besides (rows, sequences, what is valid and in force) was. pg_dump --schema-only needs a role that may lock every table.',
  };
}

function describe({ missing, added }: SchemaDifference): string {
  return [
    ...(missing.length > 0 ? [`it lacks ${some(missing)}`] : []),
    ...(added.length > 0 ? [`it has ${some(added)}, which the backup has not`] : []),
  ].join('; ');
}

function some(statements: readonly string[]): string {
  const rest = statements.length > NAMED ? ` and ${statements.length - NAMED} more` : '';
  return statements.slice(0, NAMED).join(' · ') + rest;
}
