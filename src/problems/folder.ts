// What can go wrong with a destination that is a folder (`file:///path`), in words: PGB350 to PGB399.
import { Problem } from './problem.ts';

export const folderMissing = (path: string, cause?: unknown) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB350',
    summary: `The folder ${path} does not exist.`,
    hint: 'Create it, or mount the volume that holds it, before the job runs: it is not created here, so that backups never land on the disk below a missing mount.',
    cause,
  });

export const folderForbidden = (doing: string, path: string, cause?: unknown) =>
  new Problem({
    kind: 'environment',
    code: 'PGB351',
    summary: `The system did not permit to ${doing} ${path}.`,
    hint: 'Give the user that runs this job read, write and search permission on the destination folder.',
    cause,
  });

export const folderReadOnly = (path: string, cause?: unknown) =>
  new Problem({
    kind: 'environment',
    code: 'PGB352',
    summary: `${path} lies on a file system that is mounted read-only.`,
    hint: 'Mount it writable, or name another destination.',
    cause,
  });

export const folderFull = (path: string, cause?: unknown) =>
  new Problem({
    kind: 'environment',
    code: 'PGB353',
    summary: `There is no room left for ${path} (disk full or quota reached).`,
    hint: 'Make room, or shorten `retention`. What had been written of this backup is removed again.',
    cause,
  });

export const folderFailed = (doing: string, path: string, code: string, cause?: unknown) =>
  new Problem({
    kind: 'environment',
    code: 'PGB354',
    summary: `Could not ${doing} ${path} (${code}).`,
    hint: 'Check the disk and its mount, then run the job again.',
    cause,
  });

export const notAFolder = (path: string) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB355',
    summary: `${path} is not a folder.`,
    hint: 'Name a folder in `destination`.',
  });
