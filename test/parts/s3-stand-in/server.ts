// The way of a request through the stand-in: recorded, struck by faults, authenticated, authorised, carried out, answered.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Bucket } from './buckets.ts';
import { type Answer, type Call, headerOf, nameOperation, readAddress } from './call.ts';
import type { ContentFolder } from './content.ts';
import { errorAnswer, S3Error } from './errors.ts';
import type { FaultAction, Faults, Strike } from './faults.ts';
import { ConnectionCut, cutAfter, spoil, throttle } from './flow.ts';
import type { Variants } from './operation.ts';
import { furtherActions, isAllowed, type PolicyDocument } from './policies.ts';
import { routes } from './routes.ts';
import { type Sending, sendAnswer } from './send.ts';
import { authenticate } from './signature.ts';
import type { RecordedRequest, StandInCredential } from './start.ts';

export interface Shop {
  readonly region: string;
  readonly owner: string;
  readonly credentials: readonly StandInCredential[];
  readonly bucketPolicies: Readonly<Record<string, PolicyDocument>>;
  readonly buckets: Map<string, Bucket>;
  readonly content: ContentFolder;
  readonly variants: Variants;
  readonly restoreTakesMs: number;
  readonly bandwidth: { readonly request?: number; readonly answer?: number };
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly stopping: AbortSignal;
  readonly now: () => Date;
  /** Takes note of an error of the stand-in's own, which no test may miss. */
  readonly broke: (error: unknown) => void;
}

type Kind<K extends FaultAction['kind']> = Extract<FaultAction, { kind: K }>;

function strikeOf<K extends FaultAction['kind']>(strikes: readonly Strike[], kind: K) {
  const strike = strikes.find(({ action }) => action.kind === kind);
  return strike && { action: strike.action as Kind<K>, released: strike.released };
}

function readCall(request: IncomingMessage, body: AsyncIterable<Buffer>): Call {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const where = {
    id: randomBytes(8).toString('hex').toUpperCase(),
    method: request.method ?? 'GET',
    path,
    ...readAddress(request.headers.host ?? '', path),
    query: new URLSearchParams(query),
    headers: request.headers,
    body,
  };
  return { ...where, operation: nameOperation(where) };
}

/** The body as faults and the bandwidth cap let it arrive. */
function bodyOf(request: IncomingMessage, record: RecordedRequest, strikes: readonly Strike[], shop: Shop) {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of request) {
      record.bytes += chunk.length;
      yield chunk;
    }
  }
  const cut = strikes
    .map(({ action }) => action)
    .find(action => action.kind === 'cut' && action.at === 'request');
  const speed = strikeOf(strikes, 'slow')?.action.request ?? shop.bandwidth.request;
  const spoilt = strikes.some(({ action }) => action.kind === 'corrupt' && action.where === 'request');
  let body: AsyncIterable<Buffer> = counted();
  if (speed !== undefined) body = throttle(body, speed, shop.stopping);
  if (cut?.kind === 'cut') body = cutAfter(body, cut.afterBytes);
  return spoilt ? spoil(body) : body;
}

function bucketOf(call: Call, shop: Shop): Bucket {
  const bucket = shop.buckets.get(call.bucket);
  if (!bucket) {
    if (call.operation !== 'CreateBucket' && call.operation !== 'ListBuckets') {
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', {
        details: { BucketName: call.bucket },
      });
    }
    return new Bucket(call.bucket, shop.region, shop.now());
  }
  if (bucket.region !== shop.region) {
    throw new S3Error(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { details: { Bucket: bucket.name }, headers: { 'x-amz-bucket-region': bucket.region } },
    );
  }
  const owner = headerOf(call, 'x-amz-expected-bucket-owner');
  if (owner !== undefined && owner !== shop.owner) throw new S3Error('AccessDenied', 'Access Denied');
  return bucket;
}

function refuseWhatIsMissing(call: Call, variants: Variants): void {
  const names = Object.keys(call.headers);
  const checksum = names.find(
    name => /^x-amz-(checksum-|sdk-checksum-algorithm)/.test(name) && name !== 'x-amz-checksum-mode',
  );
  const refused = variants.refusesChecksums ? checksum : undefined;
  const tagging = variants.noTagging && (call.query.has('tagging') || names.includes('x-amz-tagging'));
  if (refused || tagging) {
    throw new S3Error(
      'NotImplemented',
      `Header '${refused ?? 'x-amz-tagging'}' with value '' not implemented`,
    );
  }
}

async function carryOut(call: Call, shop: Shop, spoilsStored: boolean): Promise<Answer> {
  const credential = authenticate(call, shop.credentials, shop.region, shop.now());
  const route = routes[call.operation];
  if (!route)
    throw new S3Error(
      'NotImplemented',
      'A header or query you provided implies functionality that is not implemented.',
    );
  const bucket = bucketOf(call, shop);
  const resource = call.key === '' ? call.bucket : `${call.bucket}/${call.key}`;
  const allows = (action: string, on: string): boolean =>
    isAllowed(credential.policy, shop.bucketPolicies[call.bucket], call, action, on);
  const action = call.query.has('versionId') ? (route.versionAction ?? route.action) : route.action;
  const denied = [...(action ? [action] : []), ...furtherActions(call)].find(one => !allows(one, resource));
  if (denied) {
    throw new S3Error(
      'AccessDenied',
      `User: arn:aws:iam::${shop.owner}:user/${credential.accessKeyId} is not authorized to perform: ${denied} on resource: "arn:aws:s3:::${resource}"`,
    );
  }
  refuseWhatIsMissing(call, shop.variants);
  const { buckets, content, variants, restoreTakesMs } = shop;
  const work = {
    call,
    bucket,
    buckets,
    content,
    variants,
    now: shop.now(),
    restoreTakesMs,
    allows,
    spoilsStored,
  };
  try {
    return await route.run(work);
  } catch (error) {
    // Whoever may not list must not learn which keys exist.
    const hides =
      error instanceof S3Error && error.code === 'NoSuchKey' && !allows('s3:ListBucket', call.bucket);
    if (!hides) throw error;
    throw new S3Error(
      'AccessDenied',
      `Access Denied: s3:ListBucket on "arn:aws:s3:::${call.bucket}" is not allowed`,
    );
  }
}

async function answerCall(call: Call, shop: Shop, strikes: readonly Strike[]): Promise<Answer> {
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
  if (inside)
    return {
      ...errorAnswer(new S3Error(inside.code, 'We encountered an internal error.'), call.id),
      status: 200,
    };
  const spoilsStored = strikes.some(({ action }) => action.kind === 'corrupt' && action.where === 'stored');
  return carryOut(call, shop, spoilsStored);
}

/** The connection ended early: by a fault, by the client, or by the stop. */
function isDisconnection(error: unknown): boolean {
  if (error instanceof ConnectionCut) return true;
  const { code } = error as NodeJS.ErrnoException;
  return (
    code !== undefined && ['ABORT_ERR', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)
  );
}

export async function handle(request: IncomingMessage, response: ServerResponse, shop: Shop): Promise<void> {
  let body: AsyncIterable<Buffer> = request;
  const call = readCall(request, { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator]() });
  const record: RecordedRequest = {
    method: call.method,
    operation: call.operation,
    bucket: call.bucket,
    key: call.key,
    query: Object.fromEntries(call.query),
    headers: Object.fromEntries(Object.keys(call.headers).map(name => [name, headerOf(call, name) ?? ''])),
    accessKeyId: /Credential=([^/]+)/.exec(headerOf(call, 'authorization') ?? '')?.[1],
    at: shop.now(),
    bytes: 0,
    status: undefined,
  };
  shop.requests.push(record);
  const strikes = shop.faults.strikes(record);
  body = bodyOf(request, record, strikes, shop);
  const sending: Sending = {
    date: shop.now,
    stopping: shop.stopping,
    content: shop.content,
    bytesPerSecond: strikeOf(strikes, 'slow')?.action.answer ?? shop.bandwidth.answer,
    cutAfterBytes: strikes
      .map(({ action }) => action)
      .find((action): action is Kind<'cut'> => action.kind === 'cut' && action.at === 'answer')?.afterBytes,
    spoilt: strikes.some(({ action }) => action.kind === 'corrupt' && action.where === 'answer'),
    hangsUntil: strikeOf(strikes, 'hang-after-headers')?.released,
  };
  try {
    const cut = strikes.some(
      ({ action }) => action.kind === 'cut' && action.at === 'request' && action.afterBytes === 0,
    );
    if (cut) throw new ConnectionCut();
    const delay = strikeOf(strikes, 'delay');
    if (delay) await wait(delay.action.ms, undefined, { signal: shop.stopping });
    await strikeOf(strikes, 'never-answer')?.released;
    const answer = await answerCall(call, shop, strikes).catch(error => {
      if (error instanceof S3Error) return errorAnswer(error, call.id);
      throw error;
    });
    if (strikeOf(strikes, 'lose-answer')) throw new ConnectionCut();
    record.status = answer.status;
    await sendAnswer(call, answer, response, sending);
  } catch (error) {
    if (!isDisconnection(error)) shop.broke(error);
    request.socket.resetAndDestroy();
  }
}
