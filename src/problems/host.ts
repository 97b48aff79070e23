// Errors of the machine that this runs on. Codes PGB910 to PGB919.
import { Problem, type Warning } from './problem.ts';

export function workFolderRefused(base: string, error: unknown): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB910',
    summary: `No temporary folder could be made in ${base}.`,
    hint: 'Make RUNNER_TEMP (or TMPDIR) a writable folder.',
    detail: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

/** A report that could not be written never changes what became of the backup. */
export function reportFailed(what: string, why: string): Warning {
  return {
    code: 'PGB911',
    summary: `The ${what} could not be written: ${why}`,
    hint: 'The backup is not affected; look at the runner and its permissions.',
  };
}
