// A destination is one URL. It says where backups lie, never how to get in: credentials come from the SDK's own chain,
// or from a role that is taken with the job's token.
import { badRole } from '../problems/aws-role.ts';
import {
  badDestination,
  badEndpoint,
  destinationMissing,
  endpointNotSecure,
  onlyForS3,
} from '../problems/inputs.ts';
import type { Problem } from '../problems/problem.ts';
import { isLoopback } from './loopback.ts';
import type { InputReader } from './raw-inputs.ts';

export type Destination =
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Without slashes at its ends; '' = the whole bucket. */
      readonly prefix: string;
      readonly endpoint: string | undefined;
      readonly region: string | undefined;
      readonly forcePathStyle: boolean;
      /** ARN of the role to take with the job's OIDC token. */
      readonly role: string | undefined;
    }
  | { readonly kind: 'folder'; readonly folder: string };

export function readDestination(inputs: InputReader): Destination | undefined {
  const text = inputs.text('destination');
  const options = readS3Options(inputs);
  const { endpoint, role } = options;
  if (endpoint !== undefined) inputs.problems.push(...checkEndpoint(endpoint));
  if (role !== undefined && !isRole(role)) inputs.problems.push(badRole(role));
  const destination = text === '' ? undefined : parseDestination(text, options);
  if (/^file:/.test(text) && endpoint !== undefined) inputs.problems.push(onlyForS3('s3-endpoint', text));
  if (/^file:/.test(text) && role !== undefined) inputs.problems.push(onlyForS3('aws-role', text));
  if (destination === undefined)
    inputs.problems.push(text === '' ? destinationMissing() : badDestination(text));
  return destination;
}

type S3Options = Pick<
  Extract<Destination, { kind: 's3' }>,
  'endpoint' | 'region' | 'forcePathStyle' | 'role'
>;

/** How to reach S3, whatever lies there. */
export function readS3Options(inputs: InputReader): S3Options {
  return {
    endpoint: inputs.optional('s3-endpoint'),
    region: inputs.optional('s3-region'),
    forcePathStyle: inputs.boolean('s3-force-path-style'),
    role: inputs.optional('aws-role'),
  };
}

/** undefined where the text is none. */
export function parseDestination(text: string, options: S3Options): Destination | undefined {
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === 'file')
    return isPlainPath(rest) ? { kind: 'folder', folder: rest.replace(/(.)\/+$/, '$1') } : undefined;
  const [, bucket, path = ''] = /^([^/]+)(?:\/(.*))?$/s.exec(rest) ?? [];
  if (scheme !== 's3' || !bucket || !isBucketName(bucket)) return undefined;
  const prefix = path.replace(/(.)\/$/, '$1');
  if (prefix !== '' && !prefix.split('/').every(isSafeSegment)) return undefined;
  return { kind: 's3', bucket, prefix, ...options };
}

/** Stores other than AWS have partitions of their own, regions, and accounts without a number. */
function isRole(text: string): boolean {
  return /^arn:[a-z0-9-]+:iam:[a-z0-9-]*:[0-9]*:role\/[\w+=,.@/-]+$/.test(text);
}

function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..');
}

/** No empty segment, no dots that climb, no control character: the prefix must mean the same to every store. */
function isSafeSegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && !/[\u0000-\u001f\u007f]/.test(segment);
}

function isPlainPath(path: string): boolean {
  return path.startsWith('/') && path.slice(1).replace(/\/+$/, '').split('/').every(isSafeSegment);
}

function checkEndpoint(text: string): Problem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    return [badEndpoint()];
  }
  return url.protocol === 'https:' || isLoopback(url.hostname) ? [] : [endpointNotSecure(url.host)];
}
