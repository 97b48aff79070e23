// Reads the body of a request once: keeps it (content.ts) while it is hashed, and refuses it where it isn't what its
// headers, trailer or signature said it would be.
import { createHash } from 'node:crypto';
import { readChunked } from './aws-chunked.ts';
import { type Call, headerOf } from './call.ts';
import { type Algorithm, algorithms, type Digest, startDigest } from './checksums.ts';
import type { ContentFolder, Piece } from './content.ts';
import { S3Error } from './errors.ts';

export interface Payload {
  readonly piece: Piece;
  readonly md5: Buffer;
  /** Every checksum that was asked for or declared, base64. */
  readonly checksums: ReadonlyMap<Algorithm, string>;
  /** The algorithm that the request itself named, by a header, a trailer or `x-amz-sdk-checksum-algorithm`. */
  readonly declared: Algorithm | undefined;
}

const headerFor = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** What the request says about its checksum before the body is there. */
function declaredAlgorithm(call: Call): Algorithm | undefined {
  const trailer = headerOf(call, 'x-amz-trailer')?.toLowerCase();
  const named = algorithms.filter(
    algorithm => headerOf(call, headerFor(algorithm)) !== undefined || trailer === headerFor(algorithm),
  );
  if (named.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  return named[0];
}

function checkContentMd5(call: Call, md5: Buffer): void {
  const declared = headerOf(call, 'content-md5');
  if (declared === undefined) return;
  if (Buffer.from(declared, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (declared !== md5.toString('base64')) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

function checkDeclared(
  algorithm: Algorithm | undefined,
  expected: string | undefined,
  found: string | undefined,
) {
  if (algorithm === undefined || expected === found) return;
  throw new S3Error(
    'BadDigest',
    `The ${algorithm} you specified did not match the calculated checksum: ${expected ?? 'none'} against ${found}.`,
  );
}

function decodedLength(call: Call): number | undefined {
  const length = headerOf(call, 'x-amz-decoded-content-length') ?? headerOf(call, 'content-length');
  return length === undefined ? undefined : Number(length);
}

/** `wanted`: checksums that the caller needs besides the one that the request declares. */
export async function readPayload(
  call: Call,
  content: ContentFolder,
  wanted: readonly Algorithm[],
  heedChecksums: boolean,
): Promise<Payload> {
  const signed = headerOf(call, 'x-amz-content-sha256') ?? '';
  const chunked = signed.startsWith('STREAMING-');
  if (chunked && signed !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw new S3Error(
      'NotImplemented',
      `A header you provided implies functionality that is not implemented: ${signed}`,
    );
  }
  const expectedBytes = decodedLength(call);
  if (expectedBytes === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const declared = heedChecksums ? declaredAlgorithm(call) : undefined;
  const digests = new Map<Algorithm, Digest>();
  for (const algorithm of [...wanted, ...(declared ? [declared] : [])]) {
    if (!digests.has(algorithm)) digests.set(algorithm, startDigest(algorithm));
  }
  const md5 = startDigest('MD5');
  const sha256 = /^[0-9a-f]{64}$/.test(signed) ? createHash('sha256') : undefined;
  const trailers = new Map<string, string>();

  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of chunked ? readChunked(call.body, trailers) : call.body) {
      md5.update(chunk);
      sha256?.update(chunk);
      for (const digest of digests.values()) digest.update(chunk);
      yield chunk;
    }
  }

  const piece = await content.keep(hashed());
  try {
    if (piece.bytes !== expectedBytes) {
      throw new S3Error(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      );
    }
    if (sha256 && sha256.digest('hex') !== signed) {
      throw new S3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    const md5Value = md5.finish();
    checkContentMd5(call, md5Value);
    const checksums = new Map(
      [...digests].map(([name, digest]) => [name, digest.finish().toString('base64')]),
    );
    if (declared) {
      const expected = headerOf(call, headerFor(declared)) ?? trailers.get(headerFor(declared));
      checkDeclared(declared, expected, checksums.get(declared));
    }
    return { piece, md5: md5Value, checksums, declared };
  } catch (error) {
    await content.drop([piece]);
    throw error;
  }
}

/** A small document in the body, such as the part list of a CompleteMultipartUpload; the same checks apply. */
export async function readDocument(
  call: Call,
  content: ContentFolder,
  heedChecksums: boolean,
): Promise<string> {
  // Complete carries the checksum of the object in the header that elsewhere means the body's.
  const ofTheObject = call.operation === 'CompleteMultipartUpload';
  const { piece } = await readPayload(call, content, [], heedChecksums && !ofTheObject);
  const chunks: Buffer[] = [];
  for await (const chunk of content.read([piece], 0, piece.bytes)) chunks.push(chunk);
  await content.drop([piece]);
  return Buffer.concat(chunks).toString('utf8');
}
