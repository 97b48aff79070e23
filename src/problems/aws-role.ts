// Why a role at AWS could not be taken with the token of a GitHub job, in words. Codes PGB160 to PGB169. The claims of a
// token are no secret and are shown, since a trust policy is mended by comparing them; the token itself never is.
import { Problem } from './problem.ts';
import type { Said } from './storage-access.ts';

/** What AWS compares with a trust policy, as the token says it. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
}

export const roleOutsideActions = () =>
  new Problem({
    kind: 'configuration',
    code: 'PGB160',
    summary:
      '`aws-role` is set, but this is no job of GitHub Actions: there is no token to take the role with.',
    hint: 'Leave `aws-role` out and let the AWS environment give the credentials: AWS_PROFILE (a profile may name a `role_arn`), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  });

export const idTokenNotAllowed = () =>
  new Problem({
    kind: 'configuration',
    code: 'PGB161',
    summary: 'This job may not ask GitHub for an OIDC token, and `aws-role` needs one.',
    hint: 'Give the job `permissions: id-token: write`; where it calls a reusable workflow, the calling job needs it. A pull request from a fork never gets it.',
  });

/** `answer`: a status, or what broke. */
export const idTokenNotIssued = (answer: string, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB162',
    summary: `GitHub gave this job no OIDC token (${answer}).`,
    hint: 'Look at githubstatus.com, and at the proxy of a runner of your own; then run the job again.',
    ...said,
  });

export const roleRefused = (role: string, { sub, aud }: TokenClaims, said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB163',
    summary: `AWS does not let this job take the role ${role}: its token says sub "${sub}", aud "${aud}".`,
    hint: 'Check that the role exists, and that its trust policy accepts exactly this sub and aud (docs/iam.md, "Trust policy").',
    ...said,
  });

export const tokenNotAccepted = (role: string, { iss, aud }: TokenClaims, said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB164',
    summary: `AWS does not accept GitHub's token for the role ${role}: its iss is "${iss}", its aud "${aud}".`,
    hint: `Add the identity provider ${iss} with the audience ${aud} to IAM in the account of the role.`,
    ...said,
  });

export const badRole = (value: string) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB165',
    summary: `\`aws-role\` is "${value}", which is no ARN of a role.`,
    hint: 'Write it whole, as in "arn:aws:iam::111122223333:role/pg-backup".',
  });

export const stsUnreachable = (role: string, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB166',
    summary: `AWS STS could not be reached to take the role ${role}.`,
    hint: 'Check `s3-region`, proxy and firewall of this machine, and AWS_ENDPOINT_URL_STS where it is set.',
    ...said,
  });

/** `answer`: status and code. */
export const roleNotGiven = (role: string, answer: string, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB167',
    summary: `AWS STS did not give the role ${role} (${answer}).`,
    hint: 'Read what STS said, below. RegionDisabledException: activate STS for that region in the account, or set `s3-region`.',
    ...said,
  });
