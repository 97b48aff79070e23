// Stands in for GitHub's artifact service on loopback: the few Twirp calls and blob requests that @actions/artifact
// makes to upload, and the files it got, unzipped.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';

export interface Artifact {
  readonly name: string;
  /** Path in the artifact → its text. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ArtifactService extends AsyncDisposable {
  /** What the runner gives an action so that it finds the service. */
  readonly environment: Readonly<Record<string, string>>;
  /** Finished uploads, oldest first. */
  readonly artifacts: readonly Artifact[];
  stop(): Promise<void>;
}

interface Blob {
  readonly name: string;
  readonly blocks: Map<string, Buffer>;
  content: Buffer;
}

export async function startArtifactService(): Promise<ArtifactService> {
  const blobs: Blob[] = [];
  const artifacts: Artifact[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const blob = blobs[Number(/^\/account\/container\/(\d+)$/.exec(url.pathname)?.[1] ?? -1)];
    if (blob) return putBlob(blob, url.searchParams, body, response);
    switch (/^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/.exec(url.pathname)?.[1]) {
      case 'CreateArtifact': {
        const { name } = JSON.parse(body.toString());
        blobs.push({ name, blocks: new Map(), content: Buffer.alloc(0) });
        const upload = `${url.origin}/account/container/${blobs.length - 1}?sig=${randomUUID()}`;
        return answer(response, 200, { ok: true, signed_upload_url: upload });
      }
      case 'FinalizeArtifact': {
        const finished = blobs.find(candidate => candidate.name === JSON.parse(body.toString()).name);
        if (!finished) return answer(response, 404, { code: 'not_found' });
        artifacts.push({ name: finished.name, files: unzip(finished.content) });
        return answer(response, 200, { ok: true, artifact_id: String(artifacts.length) });
      }
      default:
        return answer(response, 404, { code: 'bad_route', msg: url.pathname });
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    environment: {
      ACTIONS_RESULTS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ACTIONS_RUNTIME_TOKEN: unsignedToken({ scp: 'Actions.Results:run-backend-id:job-backend-id' }),
    },
    artifacts,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Blocks first, then the list that puts them in order. */
function putBlob(blob: Blob, query: URLSearchParams, body: Buffer, response: ServerResponse): void {
  if (query.get('comp') === 'block') blob.blocks.set(query.get('blockid') ?? '', body);
  else if (query.get('comp') === 'blocklist') {
    const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(match => match[1] ?? '');
    blob.content = Buffer.concat(ids.map(id => blob.blocks.get(id) ?? Buffer.alloc(0)));
  } else blob.content = body;
  response.writeHead(201, { etag: '"1"', 'last-modified': new Date().toUTCString() }).end();
}

/** Three parts, as a JWT has; nobody here checks the last. */
function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.unsigned`;
}

function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** By the central directory at the end: sizes stand there even where the archive was written as a stream. */
function unzip(zip: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(from, from + packed);
    if (!name.endsWith('/')) files[name] = (method === 8 ? inflateRawSync(content) : content).toString();
    at += 46 + nameLength + extra + comment;
  }
  return files;
}
