// A role taken from a real STS, MinIO's, which asks the issuer for its keys and checks the token by itself: a whole backup
// by its sessions, and what it says to tokens that are not good.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Place, s3Place } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { type GitHubOidcOptions, startGitHubOidc } from '../parts/github-oidc.ts';
import { startPostgres } from '../parts/postgres-server.ts';
import { readBackups } from '../parts/reading-run.ts';
import { MINIO_ROLE, startMinio } from '../parts/s3-servers.ts';

const { missing } = await need('postgres-16', 'minio');

describe.skipIf(missing)('A role of a real STS', () => {
  async function start(options: GitHubOidcOptions = {}) {
    const github = await startGitHubOidc(options);
    onTestFinished(() => github.stop());
    const minio = await startMinio({ tokensOf: github.issuer });
    onTestFinished(() => minio.stop());
    vi.stubEnv('AWS_ENDPOINT_URL_STS', minio.endpoint);
    onTestFinished(() => void vi.unstubAllEnvs());
    const owners = s3Place(minio, 'p');
    // Nothing but the role opens this place.
    const environment = { AWS_EC2_METADATA_DISABLED: 'true' };
    const place: Place = { ...owners, environment, inputs: { ...owners.inputs, 'aws-role': MINIO_ROLE } };
    return { github, minio, place };
  }

  it('carries a backup, and the commands that read it', async () => {
    const { github, place } = await start();
    await using server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
    const job = github.environment;
    const seen = await backUp({ server, database: 'app', place, environment: job });
    expect(seen.codes, seen.said).toEqual([]);
    expect(github.issued).toHaveLength(1);
    expect(seen.said).not.toContain(github.issued[0]);
    const { id } = await manifestOf(seen, place);
    const verified = await readBackups(
      'verify',
      { ...place.inputs, 'postgres-bin': server.binFolder },
      { environment: job },
    );
    expect(verified, verified.said).toMatchObject({ exit: 0, json: { result: 'good', backup: { id } } });
    const listed = await readBackups('list', place.inputs);
    expect(listed).toMatchObject({ exit: 2, codes: ['PGB160'] });
  });

  it.each<[string, GitHubOidcOptions]>([
    ['that somebody else signed', { forged: true }],
    ['for another audience', { claims: { aud: 'https://github.com/acme' } }],
    ['that has expired', { lifetimeSeconds: -600 }],
  ])('is not given for a token %s', async (_, options) => {
    const { github, place } = await start(options);
    const { exit, said } = await readBackups('list', place.inputs, { environment: github.environment });
    expect(exit, said).not.toBe(0);
    expect(said).toMatch(/PGB16[347]/);
    expect(said).not.toContain(github.issued[0]);
  });
});
