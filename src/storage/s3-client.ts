// Builds the SDK's client the way we want it: no retries of its own, no timeouts left at "for ever", no checksums
// or headers that only AWS knows unless we ask for them.
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { S3StoreOptions, S3Tuning } from './s3-options.ts';

/** Remembers the store's clock: every answer, good or bad, carries a `Date`. */
export class ClockedHandler extends NodeHttpHandler {
  /** Milliseconds, of the last answer. */
  lastDate: number | undefined;

  override async handle(
    ...args: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const answer = await super.handle(...args);
    const date = Date.parse(answer.response.headers.date ?? '');
    if (!Number.isNaN(date)) this.lastDate = date;
    return answer;
  }
}

export function createHandler(tuning: S3Tuning): ClockedHandler {
  // HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as self-hosted runners set them; the SDK by itself looks at none of them.
  const agent = { keepAlive: true, maxSockets: 16, proxyEnv: process.env };
  return new ClockedHandler({
    connectionTimeout: tuning.connectTimeout,
    // Silence on the wire. How long a whole request may take is held to per request in s3-link.ts, answer's body
    // and all: the handler's own requestTimeout stops counting at the first header.
    socketTimeout: tuning.requestTimeout,
    httpAgent: agent,
    httpsAgent: agent,
  });
}

export function createClient(options: S3StoreOptions, handler: ClockedHandler): S3Client {
  const region = regionOf(options);
  const credentials = options.openCredentials?.() ?? options.credentials;
  const config: S3ClientConfig = {
    requestHandler: handler,
    maxAttempts: 1,
    // It would send each part over a connection of its own.
    expectContinueHeader: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(region === undefined ? {} : { region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.forcePathStyle === undefined ? {} : { forcePathStyle: options.forcePathStyle }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  return new S3Client(config);
}

function regionOf(options: S3StoreOptions): string | undefined {
  const set = options.region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  return set || (options.endpoint === undefined ? undefined : 'us-east-1');
}
