// Checks the AWS Signature Version 4 in the `Authorization` header, and says who sent the request. What the body
// must hash to is only named here: it is checked when the body has been read (payload.ts).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Call, headerOf } from './call.ts';
import { S3Error } from './errors.ts';

export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials: the token that every request must carry. */
  readonly sessionToken?: string;
  /** From here on the answer is `ExpiredToken`. */
  readonly expiresAt?: Date;
}

const longestSkew = 15 * 60 * 1000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`);
  return pairs.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join('&');
}

function canonicalRequest(call: Call, signedHeaders: string): string {
  const headers = signedHeaders
    .split(';')
    .map(name => `${name}:${(headerOf(call, name) ?? '').trim().replace(/ +/g, ' ')}\n`);
  const path = call.path
    .split('/')
    .map(segment => uriEncode(decodeURIComponent(segment)))
    .join('/');
  const payload = headerOf(call, 'x-amz-content-sha256') ?? '';
  return [call.method, path, canonicalQuery(call.query), headers.join(''), signedHeaders, payload].join('\n');
}

/** `20261121T031700Z`, the form that the signature covers. */
function parseAmzDate(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return second ? new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined;
}

function checkTime(amzDate: string, now: Date): void {
  const sent = parseAmzDate(amzDate);
  if (!sent)
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  if (Math.abs(sent.getTime() - now.getTime()) <= longestSkew) return;
  throw new S3Error(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      details: {
        RequestTime: amzDate,
        ServerTime: now.toISOString(),
        MaxAllowedSkewMilliseconds: String(longestSkew),
      },
    },
  );
}

function checkToken(call: Call, credential: Credential, now: Date): void {
  const token = headerOf(call, 'x-amz-security-token');
  if (token !== credential.sessionToken) {
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (credential.expiresAt && credential.expiresAt <= now) {
    throw new S3Error('ExpiredToken', 'The provided token has expired.');
  }
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** The credential that signed the request; throws what S3 answers to a request that is not well signed. */
export function authenticate<C extends Credential>(
  call: Call,
  credentials: readonly C[],
  region: string,
  now: Date,
): C {
  const header = headerOf(call, 'authorization');
  if (!header) throw new S3Error('AccessDenied', 'Access Denied');
  const [, accessKeyId = '', day = '', signedRegion = '', signedHeaders = '', signature = ''] =
    authorization.exec(header) ?? [];
  if (!signature) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  }
  if (signedRegion !== region) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${signedRegion}' is wrong; expecting '${region}'`,
      { details: { Region: region }, headers: { 'x-amz-bucket-region': region } },
    );
  }
  const credential = credentials.find(known => known.accessKeyId === accessKeyId);
  if (!credential) {
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { details: { AWSAccessKeyId: accessKeyId } },
    );
  }
  const amzDate = headerOf(call, 'x-amz-date') ?? '';
  checkTime(amzDate, now);
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonicalRequest(call, signedHeaders))}`;
  const dayKey = hmac(hmac(hmac(`AWS4${credential.secretAccessKey}`, day), region), 's3');
  const expected = hmac(hmac(dayKey, 'aws4_request'), text);
  const unsigned = Object.keys(call.headers).filter(
    name => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.split(';').includes(name),
  );
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      details: { HeadersNotSigned: unsigned.join(', ') },
    });
  }
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { details: { AWSAccessKeyId: accessKeyId, StringToSign: text } },
    );
  }
  checkToken(call, credential, now);
  return credential;
}
