// Reads an object from start to end, or one span of it. The SDK never retries a body that breaks off, so this does: by
// range, from the byte where it broke, and only while the object is the same one.
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { downloadCut, objectChanged, objectMissing } from '../problems/storage.ts';
import { abortError, pause, pauseBefore } from './patience.ts';
import type { StreamOptions } from './port.ts';
import { isAbsent, readFailure } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag } from './s3-look.ts';
import { streamInRanges } from './s3-ranges.ts';
import type { Body } from './s3-read.ts';
import { watchBody } from './s3-watch.ts';

/** Cuts in a row without a byte between them; any progress starts the count again. */
const MOST_CUTS = 8;

/** The part of an object that is read. */
export interface Span {
  readonly from: number;
  /** The first byte behind it; undefined: to the object's end. */
  readonly to?: number;
  /** Only this version. */
  readonly etag?: string | undefined;
  /** Of the whole object, where it is known. */
  readonly bytes?: number;
}

interface Opened {
  readonly body: Body;
  readonly etag: string;
  /** Of the whole object. */
  readonly bytes: number;
  /** Bytes to throw away first: from a store that answers a range with everything. */
  readonly skip: number;
}

export function streamObject(link: S3Link, key: string, options: StreamOptions): AsyncGenerator<Buffer> {
  const { etag, bytes, signal, connections = link.tuning.rangesInFlight } = options;
  const large = etag !== undefined && bytes !== undefined && bytes > link.tuning.rangeBytes;
  if (!large || connections < 2) return streamSpan(link, key, { from: 0, etag }, signal);
  return streamInRanges(
    (span, own) => streamSpan(link, key, { ...span, etag, bytes }, own),
    { bytes, connections, rangeBytes: link.tuning.rangeBytes },
    signal,
  );
}

async function* streamSpan(
  link: S3Link,
  key: string,
  span: Span,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let { from: at, etag } = span;
  for (let cuts = 0; ; cuts++) {
    const opened = await open(link, key, { ...span, from: at, etag }, signal);
    etag = opened.etag || etag;
    const end = span.to ?? opened.bytes;
    try {
      let skip = opened.skip;
      for await (const chunk of watchBody(link.tuning, opened.body, signal)) {
        const rest = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - rest.length;
        const fresh = rest.subarray(0, end - at);
        if (fresh.length > 0) {
          at += fresh.length;
          cuts = 0;
          yield fresh;
        }
        // Only a store that doesn't know ranges sends more; a body read to its end keeps its connection.
        if (fresh.length < rest.length) break;
      }
      if (at >= end) return;
      throw new Error(`the body ended at byte ${at} of ${end}`);
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
  { from, to, etag, bytes }: Span,
  signal: AbortSignal,
): Promise<Opened> {
  const place = `${link.place}/${key}`;
  const range = from > 0 || to !== undefined ? `bytes=${from}-${to === undefined ? '' : to - 1}` : undefined;
  return link.ask<Opened>(
    link.step('read an object', 's3:GetObject', key),
    async (client, abortSignal) => {
      const command = new GetObjectCommand({
        ...link.at(key),
        ...(range === undefined ? {} : { Range: range }),
        ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }),
      });
      const answer = await client.send(command, { abortSignal });
      const body = answer.Body as unknown as Body;
      const [, first, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.ContentRange ?? '') ?? [];
      const opened = {
        body,
        etag: cleanEtag(answer.ETag),
        bytes: Number(whole ?? answer.ContentLength ?? 0),
        skip: from - Number(first ?? 0),
      };
      // A store that doesn't know If-Match would go on with another object's bytes.
      const isOther = etag !== undefined && opened.etag !== '' && opened.etag !== etag;
      if (isOther || (bytes !== undefined && opened.bytes !== bytes)) {
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
