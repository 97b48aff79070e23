// The published policies judged by another's reading of them: MinIO refuses what it doesn't know in a policy, and lets
// sessions of a role do what the document says.

import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { fromWebToken } from '@aws-sdk/credential-provider-web-identity';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { askForToken, tokenDesk } from '../../src/storage/github-token.ts';
import { need } from '../parts/availability.ts';
import { type Place, s3Place } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { type GitHubOidc, startGitHubOidc } from '../parts/github-oidc.ts';
import { POLICY_RUNS, RESTORE_TEST, runCommand } from '../parts/policy-runs.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { POLICY_PLACE, publishedPolicies, publishedPolicy } from '../parts/published-policy.ts';
import { MINIO_ROLE, type S3Server, startMinio } from '../parts/s3-servers.ts';

const { missing } = await need('postgres-16', 'minio');

describe.skipIf(missing)('At MinIO', () => {
  let server: PostgresServer;
  let github: GitHubOidc;
  let minio: S3Server;
  let place: Place;

  beforeAll(async () => {
    [server, github] = await Promise.all([startPostgres({ major: 16 }), startGitHubOidc()]);
    await seedSmall(server, 'app');
    minio = await startMinio({ tokensOf: github.issuer, bucket: POLICY_PLACE.bucket, objectLock: true });
    place = s3Place(minio, POLICY_PLACE.prefix);
    const seen = await backUp({ server, database: 'app', place });
    expect(seen.codes, seen.said).toEqual([]);
    useKeys(place.environment);
    expect(await runCommand(RESTORE_TEST, place.inputs, server)).toMatchObject({ exit: 0, codes: [] });
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await minio?.stop();
    await Promise.all([server?.stop(), github?.stop()]);
  });

  /** MinIO has no ACLs, and refuses documents that speak of them. */
  function policyOf(file: string): string {
    return JSON.stringify(publishedPolicy(file)).replaceAll('"s3:PutObjectAcl",', '');
  }

  /** A session that may do what the policy says and nothing else. */
  async function sessionOf(file: string) {
    const webIdentityToken = await askForToken(tokenDesk(github.environment), 'sts.amazonaws.com', 10_000);
    const take = fromWebToken({
      roleArn: MINIO_ROLE,
      roleSessionName: 'least-privilege',
      webIdentityToken,
      policy: policyOf(file),
      clientConfig: { endpoint: minio.endpoint, region: minio.region },
    });
    const { accessKeyId, secretAccessKey, sessionToken = '' } = await take();
    return { accessKeyId, secretAccessKey, sessionToken };
  }

  type Session = Awaited<ReturnType<typeof sessionOf>>;
  const environmentOf = ({ accessKeyId, secretAccessKey, sessionToken }: Session) => ({
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });

  function useKeys(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  }

  it.each(publishedPolicies())('%s is a policy', async file => {
    expect(await sessionOf(file)).toMatchObject({ accessKeyId: expect.any(String) });
  });

  it.each(POLICY_RUNS)('%s is enough', async (file, runs) => {
    useKeys(environmentOf(await sessionOf(file)));
    onTestFinished(() => void vi.unstubAllEnvs());
    // There is no archive storage class here.
    for (const each of runs.filter(({ cold }) => !cold)) {
      const { exit, codes, said } = await runCommand(each, place.inputs, server);
      expect({ exit, codes }, `${each.command}: ${said}`).toEqual({ exit: 0, codes: [] });
    }
  });

  it.each([
    ['backup.json', {}],
    ['backup-and-prune.json', { tier: 'daily', retention: 'daily: 1', 'min-keep': '1' }],
  ])('%s is enough', async (file, inputs) => {
    const environment = environmentOf(await sessionOf(file));
    const seen = await backUp({ server, database: 'app', place: { ...place, environment }, inputs });
    expect({ codes: seen.codes, warnings: seen.warnings }, seen.said).toEqual({ codes: [], warnings: [] });
    expect(seen.outcome.result).toBe('success');
  });

  it.each(publishedPolicies())('%s opens nothing beside its prefix', async file => {
    const client = new S3Client({
      endpoint: minio.endpoint,
      region: minio.region,
      forcePathStyle: true,
      credentials: await sessionOf(file),
    });
    onTestFinished(() => client.destroy());
    const elsewhere = { Bucket: POLICY_PLACE.bucket, Key: 'other/app/daily/x.manifest.json' };
    await minio.client.send(new PutObjectCommand({ ...elsewhere, Body: 'x' }));
    const refused = { name: 'AccessDenied' };
    const listing = new ListObjectsV2Command({ Bucket: elsewhere.Bucket, Prefix: 'other/' });
    await expect(client.send(listing)).rejects.toMatchObject(refused);
    await expect(client.send(new GetObjectCommand(elsewhere))).rejects.toMatchObject(refused);
    await expect(client.send(new PutObjectCommand({ ...elsewhere, Body: 'y' }))).rejects.toMatchObject(
      refused,
    );
    await expect(client.send(new DeleteObjectCommand(elsewhere))).rejects.toMatchObject(refused);
  });
});
