// The IAM policies as they are published, for a bucket of the tests, and each of them with one thing taken away.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './folder.ts';
import type { PolicyDocument, PolicyStatement } from './s3-stand-in/policies.ts';
import type { S3StandIn } from './s3-stand-in/start.ts';

/** What BUCKET and PREFIX in the files stand for. */
export const POLICY_PLACE = { bucket: 'backups', prefix: 'team/pg' } as const;

const folder = join(checkout, 'docs', 'iam');

export function publishedPolicy(file: string): PolicyDocument {
  const text = readFileSync(join(folder, file), 'utf8');
  return JSON.parse(text.replaceAll('BUCKET', POLICY_PLACE.bucket).replaceAll('PREFIX', POLICY_PLACE.prefix));
}

/** All but the trust policies, which allow nothing in a bucket. */
export function publishedPolicies(): string[] {
  return readdirSync(folder).filter(file => !file.startsWith('trust-policy'));
}

/** What was taken away, its action, and the policy that lacks it: each action, and each of several resources. */
export function lessened(policy: PolicyDocument): [what: string, action: string, less: PolicyDocument][] {
  return policy.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(statement => {
    const without = (less: Partial<PolicyStatement>): PolicyDocument => ({
      ...policy,
      Statement: policy.Statement.map(each => (each === statement ? { ...each, ...less } : each)),
    });
    const [actions, resources] = [many(statement.Action), many(statement.Resource)];
    const byAction = actions.map((action): [string, string, PolicyDocument] => [
      `${action} (${statement.Sid})`,
      action,
      without({ Action: actions.filter(other => other !== action) }),
    ]);
    const byResource = resources.map((resource): [string, string, PolicyDocument] => [
      resource,
      actions[0] ?? '',
      without({ Resource: resources.filter(other => other !== resource) }),
    ]);
    return resources.length > 1 ? [...byAction, ...byResource] : byAction;
  });
}

function many(value: string | readonly string[] = []): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/**
 * What a role asked for and did not get. The bucket's clock comes with a refusal as well, and where an object may not
 * be looked at a listing does.
 */
export function refusals(standIn: S3StandIn): string[] {
  return standIn.requests
    .filter(({ status, operation }) => status === 403 && !operation.startsWith('Head'))
    .map(({ operation, key }) => `${operation} ${key}`);
}
