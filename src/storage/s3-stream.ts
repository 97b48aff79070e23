// Reads a large object from start to end. The SDK never retries a body that breaks off, so this does: by range, from the
// byte where it broke, and only while the object is the same one.
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { downloadCut, objectChanged, objectMissing } from '../problems/storage.ts';
import { abortError, pause, pauseBefore } from './patience.ts';
import { isAbsent, readFailure, SlowAnswer } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag } from './s3-look.ts';
import type { Body } from './s3-read.ts';

/** Cuts in a row without a byte between them; any progress starts the count again. */
const MOST_CUTS = 8;

interface Opened {
  readonly body: Body;
  readonly etag: string;
  /** Of the whole object. */
  readonly bytes: number;
  /** Bytes to throw away first: from a store that answers a range with everything. */
  readonly skip: number;
}

export async function* streamObject(
  link: S3Link,
  key: string,
  options: { etag?: string; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const { signal } = options;
  let etag = options.etag;
  let at = 0;
  for (let cuts = 0; ; cuts++) {
    const opened = await open(link, key, at, etag, signal);
    etag = opened.etag || etag;
    try {
      let skip = opened.skip;
      for await (const chunk of watched(link, opened.body, signal)) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        at += fresh.length;
        cuts = 0;
        yield fresh;
      }
      if (at >= opened.bytes) return;
      throw new Error(`the body ended at byte ${at} of ${opened.bytes}`);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      const cut = readFailure(error);
      if (cuts >= MOST_CUTS)
        throw downloadCut(`${link.place}/${key}`, at, { detail: cut.message, cause: error });
    } finally {
      opened.body.destroy();
    }
    await pause(pauseBefore(cuts, link.tuning.firstPause, link.tuning.longestPause), signal);
  }
}

function open(
  link: S3Link,
  key: string,
  at: number,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<Opened> {
  const place = `${link.place}/${key}`;
  return link.ask<Opened>(
    link.step('read an object', 's3:GetObject', key),
    async (client, abortSignal) => {
      const command = new GetObjectCommand({
        ...link.at(key),
        ...(at > 0 ? { Range: `bytes=${at}-` } : {}),
        ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }),
      });
      const answer = await client.send(command, { abortSignal });
      const body = answer.Body as unknown as Body;
      const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.ContentRange ?? '');
      const from = Number(range?.[1] ?? 0);
      const opened = {
        body,
        etag: cleanEtag(answer.ETag),
        bytes: Number(range?.[2] ?? answer.ContentLength ?? 0),
        skip: at - from,
      };
      // A store that doesn't know If-Match would go on with another object's bytes.
      if (etag !== undefined && opened.etag !== '' && opened.etag !== etag) {
        body.destroy();
        throw objectChanged(place);
      }
      return opened;
    },
    {
      signal,
      settle: failure => {
        if (failure.status === 412 || failure.status === 416) throw objectChanged(place);
        if (isAbsent(failure)) throw objectMissing(place);
        return undefined;
      },
    },
  );
}

/** Ends a body that comes too slowly: it looks at what came while somebody was waiting for it, not at who reads slowly. */
async function* watched(link: S3Link, body: Body, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { requestTimeout, slowestRate } = link.tuning;
  const enough = (requestTimeout / 1000) * slowestRate;
  let received = 0;
  let waited = 0;
  const stop = () => body.destroy(abortError(signal));
  signal.addEventListener('abort', stop, { once: true });
  let since = Date.now();
  const timer = setInterval(
    () => {
      if (since === 0) return;
      if (waited + Date.now() - since < requestTimeout) return;
      if (received < enough) body.destroy(new SlowAnswer(requestTimeout));
      received = 0;
      waited = 0;
      since = Date.now();
    },
    Math.max(10, requestTimeout / 10),
  );
  try {
    if (signal.aborted) stop();
    for await (const chunk of body) {
      waited += Date.now() - since;
      since = 0;
      received += chunk.length;
      yield chunk;
      since = Date.now();
    }
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
}
