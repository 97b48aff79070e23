// The way of a request through the stand-in: recorded, struck by faults, carried out, answered.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Call, headerOf, nameOperation, readAddress } from './call.ts';
import { carryOut, type Shop } from './carry-out.ts';
import { errorAnswer, S3Error } from './errors.ts';
import type { FaultAction, Faults, Strike } from './faults.ts';
import { ConnectionCut, cutAfter, spoil, throttle } from './flow.ts';
import { sendAnswer } from './send.ts';
import type { RecordedRequest } from './stand-in.ts';

export interface Desk extends Shop {
  readonly bandwidth: { readonly request?: number; readonly answer?: number };
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly stopping: AbortSignal;
  /** Takes note of an error of the stand-in's own, which no test may miss. */
  readonly broke: (error: unknown) => void;
}

function strikeOf<K extends FaultAction['kind']>(strikes: readonly Strike[], kind: K, where?: string) {
  for (const { action, released } of strikes) {
    const place = action.kind === 'cut' ? action.at : action.kind === 'corrupt' ? action.where : undefined;
    if (action.kind !== kind || place !== where) continue;
    return { action: action as Extract<FaultAction, { kind: K }>, released };
  }
  return undefined;
}

function readCall(request: IncomingMessage, body: () => AsyncIterable<Buffer>): Call {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const where = {
    id: randomBytes(8).toString('hex').toUpperCase(),
    method: request.method ?? 'GET',
    path,
    ...readAddress(request.headers.host ?? '', path),
    query: new URLSearchParams(query),
    headers: request.headers,
    body: { [Symbol.asyncIterator]: () => body()[Symbol.asyncIterator]() },
  };
  return { ...where, operation: nameOperation(where) };
}

function recordOf(call: Call, at: Date): RecordedRequest {
  const { method, operation, bucket, key } = call;
  return {
    method,
    operation,
    bucket,
    key,
    query: Object.fromEntries(call.query),
    headers: Object.fromEntries(Object.keys(call.headers).map(name => [name, headerOf(call, name) ?? ''])),
    accessKeyId: /Credential=([^/]+)/.exec(headerOf(call, 'authorization') ?? '')?.[1],
    at,
    bytes: 0,
    status: undefined,
  };
}

/** The body as faults and the bandwidth cap let it arrive. */
async function* countedBody(request: IncomingMessage, record: RecordedRequest): AsyncGenerator<Buffer> {
  // Whoever stops reading early still wants to answer on this connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    record.bytes += chunk.length;
    yield chunk;
  }
}

function strikeBody(body: AsyncIterable<Buffer>, strikes: readonly Strike[], desk: Desk) {
  const speed = strikeOf(strikes, 'slow')?.action.request ?? desk.bandwidth.request;
  const cut = strikeOf(strikes, 'cut', 'request');
  let struck = body;
  if (speed !== undefined) struck = throttle(struck, speed, desk.stopping);
  if (cut) struck = cutAfter(struck, cut.action.afterBytes);
  return strikeOf(strikes, 'corrupt', 'request') ? spoil(struck) : struck;
}

/** Faults that strike before anything is carried out. */
async function strikeFirst(strikes: readonly Strike[], desk: Desk): Promise<void> {
  if (strikeOf(strikes, 'cut', 'request')?.action.afterBytes === 0) throw new ConnectionCut();
  const delay = strikeOf(strikes, 'delay');
  if (delay) await wait(delay.action.ms, undefined, { signal: desk.stopping });
  await strikeOf(strikes, 'never-answer')?.released;
  if (desk.stopping.aborted) throw new ConnectionCut();
}

async function answerCall(call: Call, desk: Desk, strikes: readonly Strike[]): Promise<Answer> {
  const scripted = strikeOf(strikes, 'answer')?.action;
  if (scripted) {
    throw new S3Error(
      scripted.code,
      scripted.message ?? `${scripted.code}, as a fault was scripted to answer`,
      {
        status: scripted.status,
      },
    );
  }
  if (strikeOf(strikes, 'empty-200')) return { status: 200 };
  const inside = strikeOf(strikes, 'error-in-200')?.action;
  if (inside) {
    const error = new S3Error(inside.code, 'We encountered an internal error. Please try again.');
    return { ...errorAnswer(error, call.id), status: 200 };
  }
  return carryOut(call, desk, strikeOf(strikes, 'corrupt', 'stored') !== undefined);
}

/** The connection ended early: by a fault, by the client, or by the stop. */
function isDisconnection(error: unknown): boolean {
  if (error instanceof ConnectionCut) return true;
  const { code = '' } = error as NodeJS.ErrnoException;
  return [
    'ABORT_ERR',
    'ECONNRESET',
    'EPIPE',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_STREAM_UNABLE_TO_PIPE',
  ].includes(code);
}

/** A client that is still sending would see a reset in place of an answer. */
async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  request.resume();
  await finished(request, { writable: false });
}

export async function serve(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  try {
    let body: AsyncIterable<Buffer> = request;
    const call = readCall(request, () => body);
    const record = recordOf(call, desk.now());
    desk.requests.push(record);
    const strikes = desk.faults.strikes(record);
    body = strikeBody(countedBody(request, record), strikes, desk);
    await strikeFirst(strikes, desk);
    const answer = await answerCall(call, desk, strikes).catch(error => {
      if (error instanceof S3Error) return errorAnswer(error, call.id);
      throw error;
    });
    await drain(request);
    if (strikeOf(strikes, 'lose-answer')) throw new ConnectionCut();
    record.status = answer.status;
    await sendAnswer(call, answer, response, {
      date: desk.now,
      stopping: desk.stopping,
      content: desk.content,
      bytesPerSecond: strikeOf(strikes, 'slow')?.action.answer ?? desk.bandwidth.answer,
      cutAfterBytes: strikeOf(strikes, 'cut', 'answer')?.action.afterBytes,
      spoilt: strikeOf(strikes, 'corrupt', 'answer') !== undefined,
      hangsUntil: strikeOf(strikes, 'hang-after-headers')?.released,
    });
  } catch (error) {
    if (!isDisconnection(error)) desk.broke(error);
    request.socket.resetAndDestroy();
  }
}
