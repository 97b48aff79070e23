// Stands in for GitHub's OIDC service on loopback: what a job asks for a token, and what AWS asks for the keys that
// tokens are signed with. Tokens are shaped and signed (RS256) as GitHub's.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHubOidcOptions {
  /** Beside those that every token has; `sub` and `iss` may be told otherwise. */
  claims?: Readonly<Record<string, string>>;
  /** GitHub's live for some minutes; negative for one that has expired already. */
  lifetimeSeconds?: number;
  /** Signs with a key that the service doesn't publish. */
  forged?: boolean;
}

export interface GitHubOidc extends AsyncDisposable {
  /** What tokens name as their `iss`: the service's own address. */
  readonly issuer: string;
  /** What a runner gives a job with `permissions: id-token: write`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every token that was handed out, oldest first. */
  readonly issued: readonly string[];
  /** From now on requests for tokens get this status; 200 ends it. */
  answer(status: number): void;
  stop(): Promise<void>;
}

export const JOB_SUB = 'repo:acme@123456/shop@456789:environment:pg-backup';
const KEY_ID = 'key-of-the-test';

export async function startGitHubOidc(options: GitHubOidcOptions = {}): Promise<GitHubOidc> {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const bearer = randomUUID();
  const issued: string[] = [];
  let status = 200;
  const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  const server = createServer((request, response) => {
    const reply = (code: number, body: object) => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '/', issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return reply(200, discovery(issuer));
      case '/.well-known/jwks':
        return reply(200, { keys: [jwk] });
      case '/token': {
        if (!isTheJob(request, bearer)) return reply(401, { message: 'not this job' });
        if (status !== 200) return reply(status, { message: 'scripted' });
        const claims = claimsFor(issuer, url.searchParams.get('audience') ?? '', options);
        const token = signToken(claims, (options.forged ? forger : key).privateKey);
        issued.push(token);
        return reply(200, { count: 1, value: token });
      }
      default:
        return reply(404, {});
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    issuer,
    environment: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    },
    issued,
    answer(code) {
      status = code;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function isTheJob(request: IncomingMessage, bearer: string): boolean {
  return request.headers.authorization?.toLowerCase() === `bearer ${bearer}`;
}

function discovery(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'repository'],
    scopes_supported: ['openid'],
  };
}

function claimsFor(issuer: string, audience: string, { claims, lifetimeSeconds = 300 }: GitHubOidcOptions) {
  const now = Math.floor(Date.now() / 1000);
  return {
    jti: randomUUID(),
    sub: JOB_SUB,
    aud: audience,
    iss: issuer,
    nbf: now - 600,
    iat: now,
    exp: now + lifetimeSeconds,
    repository: 'acme/shop',
    repository_owner: 'acme',
    ref: 'refs/heads/main',
    environment: 'pg-backup',
    job_workflow_ref: 'acme/shop/.github/workflows/backup.yml@refs/heads/main',
    event_name: 'schedule',
    runner_environment: 'github-hosted',
    ...claims,
  };
}

function signToken(claims: object, privateKey: Parameters<typeof sign>[2]): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
