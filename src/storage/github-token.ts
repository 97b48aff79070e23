// Asks GitHub for the token that says which job of which repository this is. It lives for minutes only, so each session
// of a role is taken with a token of its own.
import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';
import {
  idTokenNotAllowed,
  idTokenNotIssued,
  roleOutsideActions,
  type TokenClaims,
} from '../problems/aws-role.ts';
import { NotYet } from './not-yet.ts';

/** Where the runner says that tokens are to be had, and what proves that we are its job. */
export interface TokenDesk {
  readonly url: string;
  readonly bearer: string;
}

/** Both variables are there only where the job's `permissions` allow it. */
export function tokenDesk(environment: NodeJS.ProcessEnv): TokenDesk {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  if (url && bearer) return { url, bearer };
  throw environment.GITHUB_ACTIONS === 'true' ? idTokenNotAllowed() : roleOutsideActions();
}

/** Not by @actions/core: that prints commands for the runner, and standard output may be a backup. */
export async function askForToken(desk: TokenDesk, audience: string, timeoutMs: number): Promise<string> {
  const url = new URL(desk.url);
  url.searchParams.set('audience', audience);
  const { status, body } = await get(url, desk.bearer, timeoutMs).catch(error => {
    const { code = 'no answer', message } = error as NodeJS.ErrnoException;
    const what = code === 'ABORT_ERR' ? `no answer in ${timeoutMs / 1000} s` : code;
    throw new NotYet(idTokenNotIssued(what, { detail: message, cause: error }));
  });
  const token = status === 200 ? readToken(body) : undefined;
  if (token !== undefined) return token;
  const problem = idTokenNotIssued(String(status), {});
  throw status === 429 || status >= 500 ? new NotYet(problem) : problem;
}

async function get(url: URL, bearer: string, timeoutMs: number): Promise<{ status: number; body: string }> {
  const { request, Agent } = url.protocol === 'https:' ? https : http;
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = { accept: 'application/json', authorization: `Bearer ${bearer}` };
    const signal = AbortSignal.timeout(timeoutMs);
    // Runners behind a proxy have it in HTTPS_PROXY.
    request(url, { headers, signal, agent: new Agent({ proxyEnv: process.env }) }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}

function readToken(body: string): string | undefined {
  try {
    const { value } = JSON.parse(body);
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** For error texts alone: whoever is to believe the token checks its signature. */
export function claimsOf(token: string): TokenClaims {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return { iss: String(claims.iss), sub: String(claims.sub), aud: String(claims.aud) };
  } catch {
    return { iss: '?', sub: '?', aud: '?' };
  }
}
