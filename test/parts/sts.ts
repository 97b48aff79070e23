// Stands in for AWS STS on loopback, as far as a GitHub job needs it: AssumeRoleWithWebIdentity with a token whose
// signature, audience and lifetime are checked against the issuer, by a trust policy as it is published. The sessions
// it hands out are credentials of the S3 stand-in.
import { createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PolicyDocument, StandInCredential } from './s3-stand-in/start.ts';

type Wanted = Readonly<Record<string, string | readonly string[]>>;

export interface TrustPolicy {
  readonly Statement: readonly {
    readonly Condition: { readonly StringEquals: Wanted; readonly StringLike?: Wanted };
  }[];
}

export interface StsRole {
  readonly arn: string;
  /** As published; its condition keys name the issuer without its scheme. */
  readonly trust: TrustPolicy;
  /** Without one the sessions may do everything. */
  readonly policy?: PolicyDocument;
}

export interface StsOptions {
  /** Whose tokens are believed. */
  readonly issuer: string;
  readonly audiences?: readonly string[];
  readonly roles: readonly StsRole[];
  readonly sessionSeconds?: number;
}

export interface Sts extends AsyncDisposable {
  /** AWS_ENDPOINT_URL_STS. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the S3 stand-in, which looks at the list with every request. */
  readonly sessions: StandInCredential[];
  /** Forms of all requests, the answered and the refused. */
  readonly requests: readonly URLSearchParams[];
  /** From now on S3 answers ExpiredToken to every session handed out so far. */
  expireAll(): void;
  /** From now on requests get this; undefined ends it. */
  answer(scripted: { status: number; code: string; message?: string } | undefined): void;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const NOT_AUTHORIZED = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';

export async function startSts(options: StsOptions): Promise<Sts> {
  const sessions: StandInCredential[] = [];
  const requests: URLSearchParams[] = [];
  let scripted: { status: number; code: string; message?: string } | undefined;
  const server = createServer(async (request, response) => {
    let [status, body] = [200, ''];
    try {
      const form = new URLSearchParams(await text(request));
      requests.push(form);
      if (scripted) throw new Refusal(scripted.status, scripted.code, scripted.message ?? 'as scripted');
      body = await assumeRole(form, request, options, sessions);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalFailure', String(error));
      status = refusal.status;
      body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${refusal.code}</Code><Message>${refusal.message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
    }
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    environment: {
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    sessions,
    requests,
    expireAll() {
      for (const [index, session] of sessions.entries())
        sessions[index] = { ...session, expiresAt: new Date(0) };
    },
    answer(what) {
      scripted = what;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function assumeRole(
  form: URLSearchParams,
  request: IncomingMessage,
  { issuer, audiences = ['sts.amazonaws.com'], roles, sessionSeconds = 3600 }: StsOptions,
  sessions: StandInCredential[],
): Promise<string> {
  if (form.get('Action') !== 'AssumeRoleWithWebIdentity' || request.headers.authorization !== undefined)
    throw new Refusal(400, 'InvalidAction', `not expected here: ${form.get('Action')}`);
  if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? ''))
    throw new Refusal(400, 'ValidationError', 'roleSessionName');
  const claims = await readToken(form.get('WebIdentityToken') ?? '', issuer);
  if (!audiences.includes(String(claims.aud)))
    throw new Refusal(400, 'InvalidIdentityToken', 'Incorrect token audience');
  const role = roles.find(({ arn }) => arn === form.get('RoleArn'));
  if (!role || !isTrusted(role.trust, claims, issuer)) throw new Refusal(403, 'AccessDenied', NOT_AUTHORIZED);
  const expiresAt = new Date(Date.now() + sessionSeconds * 1000);
  const session = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
    sessionToken: randomBytes(60).toString('base64'),
    expiresAt,
    ...(role.policy && { policy: role.policy }),
  };
  sessions.push(session);
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>${claims.sub}</SubjectFromWebIdentityToken><Audience>${claims.aud}</Audience><AssumedRoleUser><Arn>${role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${form.get('RoleSessionName')}</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey><SessionToken>${session.sessionToken}</SessionToken><Expiration>${expiresAt.toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
}

type Claims = Readonly<Record<string, unknown>>;

async function readToken(token: string, issuer: string): Promise<Claims> {
  const invalid = (why: string) => new Refusal(400, 'InvalidIdentityToken', why);
  const [head = '', body = '', signature = ''] = token.split('.');
  const parse = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString());
  const claims = parse(body);
  if (claims.iss !== issuer)
    throw invalid(`No OpenIDConnect provider found in your account for ${String(claims.iss)}`);
  const { jwks_uri: address } = await getJson(`${issuer}/.well-known/openid-configuration`);
  const { keys } = (await getJson(String(address))) as { keys: readonly JsonWebKey[] };
  const { alg, kid } = parse(head);
  const jwk = keys.find(known => (known as Claims).kid === kid);
  const isSigned =
    alg === 'RS256' &&
    jwk !== undefined &&
    verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      createPublicKey({ key: jwk, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    );
  if (!isSigned) throw invalid('The ID Token provided is not a valid JWT');
  if (Number(claims.exp) * 1000 <= Date.now())
    throw new Refusal(
      400,
      'ExpiredTokenException',
      'Token expired: current date/time is after its expiration',
    );
  return claims;
}

async function getJson(address: string): Promise<Claims> {
  return (await (await fetch(address)).json()) as Claims;
}

function isTrusted(trust: TrustPolicy, claims: Claims, issuer: string): boolean {
  const host = new URL(issuer).host;
  const holds = (wanted: Wanted, matches: (claim: string, value: string) => boolean) =>
    Object.entries(wanted).every(([key, values]) => {
      const claim = String(claims[key.slice(host.length + 1)]);
      return key.startsWith(`${host}:`) && [values].flat().some(value => matches(claim, value));
    });
  return trust.Statement.some(
    ({ Condition: { StringEquals, StringLike = {} } }) =>
      holds(StringEquals, (claim, value) => claim === value) && holds(StringLike, isLike),
  );
}

function isLike(claim: string, pattern: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(claim);
}
