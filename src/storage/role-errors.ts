// Turns a refusal of STS into the Problem that people read, and says which may pass by themselves.
import {
  roleNotGiven,
  roleRefused,
  stsUnreachable,
  type TokenClaims,
  tokenNotAccepted,
} from '../problems/aws-role.ts';
import type { Problem } from '../problems/problem.ts';
import { NotYet } from './not-yet.ts';
import { readFailure, type S3Failure } from './s3-failure.ts';

/** STS asks GitHub for its keys; when that takes too long it blames the token. */
const PASSING = /^(IDPCommunicationError|ExpiredToken|Throttl|RequestLimitExceeded)/;

export function roleTrouble(error: unknown, role: string, claims: TokenClaims): Problem | NotYet {
  const failure = readFailure(error);
  const { status, code, message } = failure;
  const said = { detail: [status, `${code}:`, message].filter(Boolean).join(' '), cause: error };
  if (status === undefined) return new NotYet(stsUnreachable(role, said));
  if (mayPass(failure)) return new NotYet(roleNotGiven(role, `${status} ${code}`, said));
  if (/^(AccessDenied|IDPRejectedClaim)/.test(code)) return roleRefused(role, claims, said);
  if (/^InvalidIdentityToken/.test(code)) return tokenNotAccepted(role, claims, said);
  return roleNotGiven(role, `${status} ${code}`, said);
}

function mayPass({ status = 0, code, message }: S3Failure): boolean {
  // An answer that could not be read is a proxy's page, and no answer of STS.
  return status < 300 || status >= 500 || PASSING.test(code) || /verification key/.test(message);
}
