// Credentials of a role at AWS, taken with the token of the GitHub job that this is, in this process alone: no later
// step, no child and no file has them. They are renewed ahead of their end, so a dump may take longer than a session.
import { fromWebToken } from '@aws-sdk/credential-provider-web-identity';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { askForToken, claimsOf, type TokenDesk, tokenDesk } from './github-token.ts';
import { roleTrouble } from './role-errors.ts';

type Provider = ReturnType<typeof fromWebToken>;
type Session = Awaited<ReturnType<Provider>>;

export interface GitHubRole {
  /** Its ARN. */
  readonly role: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly now: () => number;
  /** Hears of every secret before it is used. */
  hide(secrets: readonly string[]): void;
}

/** For each of the two questions, GitHub's and that of STS. */
const ANSWER_MS = 15_000;
/** How long before its end a session is renewed; one that lasts for minutes alone, at half its time. */
const AHEAD_MS = 300_000;
/** With less than this left a session is as good as over. */
const LAST_MOMENTS_MS = 10_000;

/**
 * What it returns opens a provider that begins with a session of its own. Throws a Problem at once where this process is
 * no GitHub job that may have a token.
 */
export function githubRole(setting: GitHubRole): () => Provider {
  const desk = tokenDesk(setting.environment);
  return () => {
    let session: Session | undefined;
    let renewAt = 0;
    return async properties => {
      const now = setting.now();
      if (session !== undefined && now < renewAt) return session;
      try {
        session = await takeSession(setting, desk, properties);
        const endsAt = endOf(session);
        renewAt = endsAt - Math.min(AHEAD_MS, (endsAt - now) / 2);
      } catch (error) {
        // What is still good carries the dump on, and the next request asks again.
        if (session === undefined || endOf(session) - now < LAST_MOMENTS_MS) throw error;
      }
      return session;
    };
  };
}

async function takeSession(
  { role, environment, hide }: GitHubRole,
  desk: TokenDesk,
  properties: Parameters<Provider>[0],
): Promise<Session> {
  const webIdentityToken = await askForToken(desk, audienceOf(role), ANSWER_MS);
  hide([webIdentityToken]);
  // Its own, not the store's: that one remembers the store's clock.
  const requestHandler = handler();
  try {
    const take = fromWebToken({
      roleArn: role,
      roleSessionName: sessionName(environment),
      webIdentityToken,
      // A try that fails is made again with another token, by whoever sent the request.
      clientConfig: { requestHandler, maxAttempts: 1 },
    });
    const session = await take(properties);
    hide([session.secretAccessKey, session.sessionToken ?? ''].filter(Boolean));
    return session;
  } catch (error) {
    throw roleTrouble(error, role, claimsOf(webIdentityToken));
  } finally {
    requestHandler.destroy();
  }
}

function handler(): NodeHttpHandler {
  const agent = { proxyEnv: process.env };
  return new NodeHttpHandler({
    connectionTimeout: ANSWER_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  });
}

/** AWS in China names its STS otherwise. */
function audienceOf(role: string): string {
  return role.startsWith('arn:aws-cn:') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com';
}

/** What CloudTrail shows beside each request: it leads back to the run. */
function sessionName({ GITHUB_RUN_ID: run }: NodeJS.ProcessEnv): string {
  return run === undefined ? 'pg-backup' : `pg-backup-${run}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
}

function endOf({ expiration }: Session): number {
  return expiration?.getTime() ?? 0;
}
