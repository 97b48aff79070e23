// Puts an answer on the wire: the headers that every answer of S3 has, and the body, as faults let it pass.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer, Call } from './call.ts';
import type { ContentFolder } from './content.ts';
import { cutAfter, spoil, throttle } from './flow.ts';

export interface Sending {
  readonly date: () => Date;
  readonly stopping: AbortSignal;
  readonly content: ContentFolder;
  readonly bytesPerSecond: number | undefined;
  readonly cutAfterBytes: number | undefined;
  readonly spoilt: boolean;
  readonly hangsUntil: Promise<void> | undefined;
}

async function* textOf(body: string): AsyncGenerator<Buffer> {
  if (body !== '') yield Buffer.from(body);
}

export async function sendAnswer(
  call: Call,
  answer: Answer,
  response: ServerResponse,
  sending: Sending,
): Promise<void> {
  const { body = '' } = answer;
  const bodiless = call.method === 'HEAD' || answer.status === 204 || answer.status === 304;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.end - body.start;
  response.sendDate = false;
  response.writeHead(answer.status, {
    date: sending.date().toUTCString(),
    server: 'AmazonS3',
    'x-amz-request-id': call.id,
    'x-amz-id-2': 's3-stand-in',
    ...(!bodiless && { 'content-length': String(length) }),
    ...answer.headers,
  });
  if (sending.hangsUntil) {
    response.flushHeaders();
    await sending.hangsUntil;
  }
  if (bodiless) {
    response.end();
    return;
  }
  let flow: AsyncIterable<Buffer> =
    typeof body === 'string' ? textOf(body) : sending.content.read(body.pieces, body.start, body.end);
  if (sending.spoilt) flow = spoil(flow);
  if (sending.bytesPerSecond !== undefined) flow = throttle(flow, sending.bytesPerSecond, sending.stopping);
  if (sending.cutAfterBytes !== undefined) flow = cutAfter(flow, sending.cutAfterBytes);
  await pipeline(Readable.from(flow), response);
}
