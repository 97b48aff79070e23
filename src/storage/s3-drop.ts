// Removing an unfinished upload for good: its parts cost storage, and S3 is slow to let go of those still arriving.
import { AbortMultipartUploadCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { Problem } from '../problems/problem.ts';
import { uploadNotDropped } from '../problems/storage.ts';
import { pause } from './patience.ts';
import { isAbsent, readFailure } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';

/**
 * Removes an upload and looks whether its parts are really gone: S3 asks for repeating the abort when a part was still
 * arriving. Silent if there is nothing. A role that may not list parts is believed after an abort that was accepted.
 */
export async function dropUpload(
  link: S3Link,
  key: string,
  uploadId: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + link.tuning.dropDeadline;
  const left = () => Math.max(200, deadline - Date.now());
  try {
    for (;;) {
      await sendAbort(link, key, uploadId, left(), signal);
      if (!(await partsRemain(link, key, uploadId, left(), signal))) return;
      if (Date.now() > deadline) throw new Error('parts are still listed after the abort');
      await pause(100, signal);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const detail = error instanceof Problem ? error.detail : readFailure(error).message;
    throw uploadNotDropped(`${link.place}/${key}`, uploadId, { detail, cause: error });
  }
}

function sendAbort(
  link: S3Link,
  key: string,
  uploadId: string,
  left: number,
  signal: AbortSignal,
): Promise<void> {
  return link.ask<void>(
    link.step('abort an upload', 's3:AbortMultipartUpload', key),
    async (client, abortSignal) => {
      const command = new AbortMultipartUploadCommand({ ...link.at(key), UploadId: uploadId });
      await client.send(command, { abortSignal });
    },
    {
      signal,
      timeout: left / 2,
      deadline: left,
      settle: failure => (isAbsent(failure) ? { value: undefined } : undefined),
    },
  );
}

function partsRemain(
  link: S3Link,
  key: string,
  uploadId: string,
  left: number,
  signal: AbortSignal,
): Promise<boolean> {
  return link.ask<boolean>(
    link.step('list the parts of an upload', 's3:ListMultipartUploadParts', key),
    async (client, abortSignal) => {
      const command = new ListPartsCommand({ ...link.at(key), UploadId: uploadId, MaxParts: 1 });
      const { Parts } = await client.send(command, { abortSignal });
      return (Parts ?? []).length > 0;
    },
    {
      signal,
      timeout: left / 2,
      deadline: left,
      settle: failure => (isAbsent(failure) || failure.status === 403 ? { value: false } : undefined),
    },
  );
}
