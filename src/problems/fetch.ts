// What can be wrong with where a backup's file is to go. Codes PGB450 to PGB459.
import { Problem } from './problem.ts';

export function outputMissing(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB450',
    summary: '`output` is not set.',
    hint: 'Name a file, as in -o app.dump, or write -o - to stream to standard output.',
  });
}

export function jsonOverArchive(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB451',
    summary: '--json and -o - both want standard output.',
    hint: 'Leave --json out: the exit status tells the result; or name a file.',
  });
}

export function outputClosed(cause: unknown): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB452',
    summary: 'Whoever reads standard output has closed it before the end.',
    hint: 'Look at the next program of the pipeline: it failed, or wanted only the beginning. What it got was not checked.',
    cause,
  });
}

export function noSuchFile(id: string, what: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB453',
    summary: `Backup ${id} has no ${what}.`,
    hint: 'Roles could not be read when it was taken; its warnings say why (`fetch --what manifest`).',
  });
}
