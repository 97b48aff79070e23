// One HTTP server on loopback in the place of the services that GitHub gives a runner; each service is a desk that
// answers the calls that are its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** undefined: not my call. */
export type Desk = (call: Call) => Reply | undefined;

export interface Counter {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  stop(): Promise<void>;
}

export async function openDesks(...desks: readonly Desk[]): Promise<Counter> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', `http://${headers.host}`);
    const call = { method, url, headers, body: Buffer.concat(chunks) };
    const reply = desks.map(desk => desk(call)).find(answer => answer !== undefined) ?? noRoute(url);
    const body = reply.body ?? '';
    response.writeHead(reply.status, { 'content-length': Buffer.byteLength(body), ...reply.headers });
    response.end(method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(status: number, value: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** What a blob store answers to a PUT. */
export function created(): Reply {
  return { status: 201, headers: { etag: '"1"', 'last-modified': new Date().toUTCString() } };
}

/** The method of a Twirp call to one of GitHub's results services. */
export function twirpMethod(
  service: 'ArtifactService' | 'CacheService',
  { pathname }: URL,
): string | undefined {
  const [, named, method] = /^\/twirp\/github\.actions\.results\.api\.v1\.(\w+)\/(\w+)$/.exec(pathname) ?? [];
  return named === service ? method : undefined;
}

/** Three parts, as a JWT has; nobody here checks the last. */
export function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.unsigned`;
}

function noRoute(url: URL): Reply {
  return json(404, { code: 'bad_route', msg: url.pathname });
}
