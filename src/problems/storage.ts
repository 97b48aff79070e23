// What can go wrong with the objects of an S3 store, in words: PGB300 to PGB349, together with storage-access.ts.
// Folders have their texts in folder.ts.
import { Problem } from './problem.ts';
import type { Said, StorageStep } from './storage-access.ts';

export const overloaded = (step: StorageStep, seconds: number, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB309',
    summary: `The store kept failing for ${seconds} s while trying to ${step.doing} at ${step.place}.`,
    hint: 'Look at the status page of the store and run the job again later.',
    ...said,
  });

export const timedOut = (step: StorageStep, seconds: number, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB310',
    summary: `The store did not answer in time for ${seconds} s while trying to ${step.doing} at ${step.place}.`,
    hint: 'Check the network between this machine and the store, then run the job again.',
    ...said,
  });

export const keyExists = (place: string, said: Said = {}) =>
  new Problem({
    kind: 'remote',
    code: 'PGB311',
    summary: `${place} exists already, and nothing is ever overwritten.`,
    hint: 'Run the job again: every run uses a key of its own. If it happens again, somebody else writes to this prefix.',
    ...said,
  });

export const uploadVanished = (place: string, said: Said = {}) =>
  new Problem({
    kind: 'remote',
    code: 'PGB312',
    summary: `The unfinished upload to ${place} is gone from the store.`,
    hint: 'Look for a lifecycle rule (AbortIncompleteMultipartUpload) shorter than the backup takes, or another job that aborts uploads; then run the job again.',
    ...said,
  });

export const writeConflict = (place: string, said: Said = {}) =>
  new Problem({
    kind: 'remote',
    code: 'PGB313',
    summary: `Another request changed ${place} while it was being written (409).`,
    hint: 'Run the job again; nothing was stored.',
    ...said,
  });

export const storedDifferently = (place: string, said: Said = {}) =>
  new Problem({
    kind: 'integrity',
    code: 'PGB314',
    summary: `The store reports another checksum or size for ${place} than what was sent.`,
    hint: 'Do not use this object. Run the job again; if it happens again, something between this machine and the store changes the bytes.',
    ...said,
  });

export const objectArchived = (place: string, said: Said = {}) =>
  new Problem({
    kind: 'remote',
    code: 'PGB316',
    summary: `${place} lies in an archive storage class and cannot be read at once.`,
    hint: 'Ask the store for it with `thaw: request` (S3 RestoreObject; minutes to 48 hours, by class), then run this again, or let `thaw: wait` do both.',
    ...said,
  });

export const objectTooLarge = (place: string, bytes: number, maxBytes: number) =>
  new Problem({
    kind: 'integrity',
    code: 'PGB317',
    summary: `${place} has ${bytes} bytes, more than the ${maxBytes} that such an object can have.`,
    hint: 'It was not written by this tool as it stands: look who else writes to this prefix.',
  });

export const objectChanged = (place: string) =>
  new Problem({
    kind: 'integrity',
    code: 'PGB318',
    summary: `${place} is no longer the object that was listed: its ETag changed.`,
    hint: 'Find out who overwrote it (access log, object versions) before any copy of it is trusted.',
  });

export const objectMissing = (place: string) =>
  new Problem({
    kind: 'remote',
    code: 'PGB319',
    summary: `${place} does not exist.`,
    hint: 'List the backups to see what is there; in a versioned bucket a deleted object can be brought back.',
  });

export const downloadCut = (place: string, at: number, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB320',
    summary: `The download of ${place} was cut again and again, the last time at byte ${at}.`,
    hint: 'Check the network between this machine and the store, then run the job again.',
    ...said,
  });

export const uploadNotDropped = (place: string, uploadId: string, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB321',
    summary: `The unfinished upload to ${place} (upload id ${uploadId}) could not be removed.`,
    hint: 'Its parts cost storage until they go: set a lifecycle rule AbortIncompleteMultipartUpload of one day, or abort the upload by hand.',
    ...said,
  });

export const listingBroken = (place: string) =>
  new Problem({
    kind: 'remote',
    code: 'PGB322',
    summary: `The listing of ${place} broke off: the store says there is more but not where to go on.`,
    hint: 'Nothing is decided on half a listing. Report it to the operator of the store.',
  });

export const storeRefused = (step: StorageStep, answer: string, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB323',
    summary: `The store refused to ${step.doing} at ${step.place} (${answer}).`,
    hint: 'Read what the store said, below; docs/stores.md lists what is asked of a store.',
    ...said,
  });

export const keyUnsafe = (key: string) =>
  new Problem({
    kind: 'internal',
    code: 'PGB325',
    summary: `The key ${JSON.stringify(key)} has an empty, "." or ".." segment, or a control character.`,
    hint: 'This is a fault of this tool: report it.',
  });

export const uploadTooLong = (place: string, parts: number) =>
  new Problem({
    kind: 'environment',
    code: 'PGB326',
    summary: `The upload to ${place} needs more than the ${parts} parts that S3 allows.`,
    hint: 'The dump is far larger than the size of the database promised: report it, with both sizes.',
  });

export const noClock = (place: string) =>
  new Problem({
    kind: 'remote',
    code: 'PGB327',
    summary: `The store behind ${place} answers without a usable Date header.`,
    hint: 'A proxy may strip it. The clock of this machine cannot be checked without it.',
  });

export const referenceUnreadable = (reference: string) =>
  new Problem({
    kind: 'internal',
    code: 'PGB328',
    summary: `The reference of an unfinished upload cannot be read: ${JSON.stringify(reference.slice(0, 200))}.`,
    hint: 'Remove unfinished uploads by a lifecycle rule AbortIncompleteMultipartUpload of one day.',
  });

/** `bytes` is the size of the whole download. */
export const noRoomForDownload = (file: string, bytes: number, cause: unknown) =>
  new Problem({
    kind: 'environment',
    code: 'PGB329',
    summary: `There is no room for ${file}, which needs ${bytes} bytes.`,
    hint: 'Make room there, or name a file on another disk. What had been written of it is removed again.',
    cause,
  });

export const downloadNotWritten = (file: string, code: string, cause: unknown) =>
  new Problem({
    kind: 'environment',
    code: 'PGB330',
    summary: `Could not write ${file} (${code}).`,
    hint: 'Check that the folder exists, that this user may write there, and that the disk is sound.',
    cause,
  });

export const fileExists = (file: string, cause?: unknown) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB331',
    summary: `${file} exists already, and no file is ever overwritten.`,
    hint: 'Name another file, or remove that one.',
    cause,
  });

/** `count` objects of the backup were asked back from the archive. */
export const beingThawed = (place: string, count: number) =>
  new Problem({
    kind: 'remote',
    code: 'PGB332',
    summary: `${place} is on its way back from an archive storage class${count > 1 ? `, with ${count - 1} more` : ''}; the store has been asked for it.`,
    hint: 'Run this again when it is there: after 3 to 5 hours from GLACIER, within 12 from DEEP_ARCHIVE. `thaw: wait` waits for it.',
  });
