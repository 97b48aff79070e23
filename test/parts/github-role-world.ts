// A GitHub job, an STS with the published trust policy, and an S3 stand-in that takes its sessions alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { checkout } from './folder.ts';
import { type GitHubOidc, type GitHubOidcOptions, startGitHubOidc } from './github-oidc.ts';
import { type PolicyDocument, type S3StandIn, startS3StandIn } from './s3-stand-in/start.ts';
import { type Sts, type StsOptions, startSts, type TrustPolicy } from './sts.ts';

export const ROLE_ARN = 'arn:aws:iam::111122223333:role/pg-backup';

export interface RoleWorld {
  readonly github: GitHubOidc;
  readonly sts: Sts;
  readonly s3: S3StandIn;
  /** Of the job; AWS_* stand in this process's environment as well, where the SDK looks. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface RoleWorldOptions {
  github?: GitHubOidcOptions;
  sts?: Partial<StsOptions>;
  /** Of docs/iam: who may take it. */
  trust?: 'trust-policy.json' | 'trust-policy-gate.json';
  /** What the role may do. */
  policy?: PolicyDocument;
}

export async function startRoleWorld(options: RoleWorldOptions = {}): Promise<RoleWorld> {
  const github = await startGitHubOidc(options.github);
  onTestFinished(() => github.stop());
  const policy = options.policy && { policy: options.policy };
  const role = { arn: ROLE_ARN, trust: publishedTrust(github.issuer, options.trust), ...policy };
  const sts = await startSts({ issuer: github.issuer, roles: [role], ...options.sts });
  onTestFinished(() => sts.stop());
  const s3 = await startS3StandIn({ buckets: ['backups'], credentials: sts.sessions });
  onTestFinished(() => s3.stop());
  for (const [name, value] of Object.entries(sts.environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return { github, sts, s3, environment: { ...github.environment, ...sts.environment } };
}

/** For an issuer of the test's own. */
export function publishedTrust(issuer: string, file = 'trust-policy.json'): TrustPolicy {
  const text = readFileSync(join(checkout, 'docs', 'iam', file), 'utf8');
  return JSON.parse(text.replaceAll('token.actions.githubusercontent.com', new URL(issuer).host));
}
