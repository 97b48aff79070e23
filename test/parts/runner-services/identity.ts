// Stands in for the identity provider that GitHub gives a job with `id-token: write`: hands out tokens with GitHub's
// claims, signed, and publishes the keys as an OpenID issuer does, so that a store's own STS can check them.
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type Call, type Desk, json, type Reply } from './desk.ts';

/** What the runner gives a job beside the URL. */
export const REQUEST_TOKEN = 'id-token-request';

const KEY_ID = 'runner-key';

/** `claims` over those of a scheduled run on main of acme/shop. */
export function identityDesk(claims: Readonly<Record<string, string>> = {}): Desk {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (payload: object) => {
    const body = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(payload)}`;
    return `${body}.${createSign('RSA-SHA256').update(body).sign(privateKey).toString('base64url')}`;
  };
  return ({ url, headers }: Call): Reply | undefined => {
    const issuer = `${url.origin}/identity`;
    switch (url.pathname) {
      case '/identity/.well-known/openid-configuration':
        return json(200, {
          issuer,
          jwks_uri: `${issuer}/keys`,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token-endpoint`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/identity/keys':
        return json(200, {
          keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: KEY_ID }],
        });
      case '/identity/token': {
        if (headers.authorization?.toString().toLowerCase() !== `bearer ${REQUEST_TOKEN}`)
          return json(401, {});
        const now = Math.floor(Date.now() / 1000);
        const times = { iat: now, nbf: now - 5, exp: now + 300, jti: randomUUID() };
        const aud = url.searchParams.get('audience') ?? 'https://github.com/acme';
        return json(200, { value: sign({ iss: issuer, aud, ...times, ...GITHUB_CLAIMS, ...claims }) });
      }
      default:
        return undefined;
    }
  };
}

const GITHUB_CLAIMS = {
  sub: 'repo:acme@101/shop@202:environment:pg-backup',
  repository: 'acme/shop',
  repository_id: '202',
  repository_owner: 'acme',
  repository_owner_id: '101',
  repository_visibility: 'private',
  ref: 'refs/heads/main',
  event_name: 'schedule',
  environment: 'pg-backup',
  runner_environment: 'github-hosted',
  job_workflow_ref: 'org/pg-backup-action/.github/workflows/backup.yml@refs/tags/v1.0.0',
} as const;
