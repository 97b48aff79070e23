// Stands in for GitHub's cache service on loopback: the Twirp calls and the blob that @actions/cache makes of an entry.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Entry {
  readonly key: string;
  /** Over the paths of the entry: another path never finds it. */
  readonly version: string;
  content: Buffer;
  finished: boolean;
}

export interface CacheService extends AsyncDisposable {
  /** What the runner gives an action so that it finds the service. */
  readonly environment: Readonly<Record<string, string>>;
  /** Keys of finished entries, oldest first. */
  keys(): string[];
  /** What the next calls are answered with in place of the truth. */
  fail(status: number | undefined): void;
}

export async function startCacheService(): Promise<CacheService> {
  const entries: Entry[] = [];
  let failing: number | undefined;
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    if (failing !== undefined) return answer(response, failing, { code: 'unavailable', msg: 'down' });
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const [, index] = /^\/account\/container\/(\d+)$/.exec(url.pathname) ?? [];
    const blob = index === undefined ? undefined : entries[Number(index)];
    if (blob) return serveBlob(blob, request, body, response);
    const [, method = ''] = /CacheService\/(\w+)$/.exec(url.pathname) ?? [];
    return answer(response, 200, call(method, JSON.parse(body.toString() || '{}'), entries, url.origin));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    environment: {
      ACTIONS_RESULTS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ACTIONS_RUNTIME_TOKEN: 'token',
      ACTIONS_CACHE_SERVICE_V2: 'True',
    },
    keys: () => entries.filter(entry => entry.finished).map(({ key }) => key),
    fail: status => {
      failing = status;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Question {
  readonly key: string;
  readonly version: string;
  readonly restore_keys?: readonly string[];
}

function call(method: string, question: Question, entries: Entry[], origin: string): object {
  const { key, version } = question;
  const place = (entry: Entry) => `${origin}/account/container/${entries.indexOf(entry)}?sig=x`;
  const same = entries.find(entry => entry.key === key && entry.version === version);
  if (method === 'CreateCacheEntry') {
    if (same) return { ok: false };
    const entry: Entry = { key, version, content: Buffer.alloc(0), finished: false };
    entries.push(entry);
    return { ok: true, signed_upload_url: place(entry) };
  }
  if (method === 'FinalizeCacheEntryUpload') {
    if (same) same.finished = true;
    return { ok: same !== undefined, entry_id: '1' };
  }
  // A key, or the newest entry whose key begins with one of the prefixes.
  const found = [key, ...(question.restore_keys ?? [])]
    .map(prefix =>
      entries.findLast(each => each.finished && each.version === version && each.key.startsWith(prefix)),
    )
    .find(entry => entry !== undefined);
  return found ? { ok: true, signed_download_url: place(found), matched_key: found.key } : { ok: false };
}

function serveBlob(blob: Entry, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  if (request.method === 'PUT') {
    blob.content = body;
    response.writeHead(201, { etag: '"1"', 'last-modified': new Date().toUTCString() }).end();
  } else {
    response.writeHead(200, { 'content-length': blob.content.length });
    response.end(request.method === 'HEAD' ? undefined : blob.content);
  }
}

function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
