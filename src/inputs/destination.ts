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
  const endpoint = inputs.optional('s3-endpoint');
  const region = inputs.optional('s3-region');
  const forcePathStyle = inputs.boolean('s3-force-path-style');
  const role = inputs.optional('aws-role');
  const refuse = (problem: Problem) => {
    inputs.problems.push(problem);
    return undefined;
  };
  if (endpoint !== undefined) inputs.problems.push(...checkEndpoint(endpoint));
  if (role !== undefined && !isRole(role)) inputs.problems.push(badRole(role));
  if (text === '') return refuse(destinationMissing());
  const [, scheme, rest = ''] = /^([a-z0-9]+):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === 'file') {
    if (endpoint !== undefined) inputs.problems.push(onlyForS3('s3-endpoint', text));
    if (role !== undefined) inputs.problems.push(onlyForS3('aws-role', text));
    return isPlainPath(rest)
      ? { kind: 'folder', folder: rest.replace(/(.)\/+$/, '$1') }
      : refuse(badDestination(text));
  }
  const [, bucket, path = ''] = /^([^/]+)(?:\/(.*))?$/s.exec(rest) ?? [];
  if (scheme !== 's3' || !bucket || !isBucketName(bucket)) return refuse(badDestination(text));
  const prefix = path.replace(/(.)\/$/, '$1');
  if (prefix !== '' && !prefix.split('/').every(isSafeSegment)) return refuse(badDestination(text));
  return { kind: 's3', bucket, prefix, endpoint, region, forcePathStyle, role };
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
