// Stands in for GitHub's REST API on this machine, as far as the gate asks it: files of pull requests and comparisons, page
// by page and no more than GitHub would tell, and comments. Refuses on demand.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiFile {
  readonly filename: string;
  readonly previous_filename?: string;
  readonly status?: string;
}

export interface ApiPull {
  head: string;
  files: readonly ApiFile[];
  /** Where it says another number than it lists. */
  changed_files?: number;
}

export interface ApiComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

export interface GitHubApi extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly repository: string;
  readonly pulls: Map<number, ApiPull>;
  /** State by file name. */
  readonly workflows: Map<string, string>;
  /** By `base...head`. */
  readonly comparisons: Map<string, { status: string; files?: readonly ApiFile[] }>;
  /** By number of the pull request. */
  readonly comments: Map<number, ApiComment[]>;
  /** `GET /repos/acme/shop/pulls/12`, in order. */
  readonly requests: readonly string[];
  /** Answers this status to requests whose line matches. */
  refuse: ((line: string) => number | undefined) | undefined;
  /** Sends everything there. */
  redirectTo: string | undefined;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

const NOT_FOUND: Answer = { status: 404, json: { message: 'Not Found' } };
const MOST_OF_A_PULL = 3_000;
const MOST_OF_A_COMPARISON = 300;

export async function startGitHubApi(): Promise<GitHubApi> {
  const token = 'ghs_loopbackloopbackloopbackloopback0000';
  const repository = 'acme/shop';
  const requests: string[] = [];
  let ids = 10_000;

  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://loopback');
    const line = `${request.method} ${url.pathname}`;
    requests.push(line);
    const { status, json } = judge(request, line, url, body);
    const { redirectTo } = api;
    if (redirectTo !== undefined) {
      response.writeHead(302, { location: `${redirectTo}${url.pathname}` }).end();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(json));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  function judge(request: IncomingMessage, line: string, url: URL, body: string): Answer {
    if (!(request.headers.authorization ?? '').endsWith(` ${token}`))
      return { status: 401, json: { message: 'Bad credentials' } };
    const refused = api.refuse?.(line);
    if (refused !== undefined)
      return { status: refused, json: { message: 'Resource not accessible by integration' } };
    const path = url.pathname.replace(`/repos/${repository}`, '');
    const [, pull, files] = /^\/pulls\/(\d+)(\/files)?$/.exec(path) ?? [];
    if (pull !== undefined) return pullAnswer(Number(pull), files !== undefined, url);
    const [, workflow] = /^\/actions\/workflows\/([^/]+)$/.exec(path) ?? [];
    if (workflow !== undefined) {
      const state = api.workflows.get(decodeURIComponent(workflow));
      return state === undefined ? NOT_FOUND : { status: 200, json: { id: 7, path: workflow, state } };
    }
    const [, range] = /^\/compare\/(.+)$/.exec(path) ?? [];
    if (range !== undefined) return comparisonAnswer(decodeURIComponent(range));
    const [, issue] = /^\/issues\/(\d+)\/comments$/.exec(path) ?? [];
    if (issue !== undefined) return commentsAnswer(Number(issue), request.method ?? '', url, body);
    const [, comment] = /^\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    return comment === undefined ? NOT_FOUND : changeComment(Number(comment), body);
  }

  function pullAnswer(number: number, wantsFiles: boolean, url: URL): Answer {
    const pull = api.pulls.get(number);
    if (!pull) return NOT_FOUND;
    if (wantsFiles) return { status: 200, json: pageOf(pull.files.slice(0, MOST_OF_A_PULL), url) };
    const changed_files = pull.changed_files ?? pull.files.length;
    return { status: 200, json: { number, head: { sha: pull.head }, changed_files } };
  }

  function comparisonAnswer(range: string): Answer {
    const found = api.comparisons.get(range);
    if (!found) return NOT_FOUND;
    const files = found.files?.slice(0, MOST_OF_A_COMPARISON);
    return { status: 200, json: { status: found.status, ...(files && { files }) } };
  }

  function commentsAnswer(number: number, method: string, url: URL, body: string): Answer {
    const comments = api.comments.get(number) ?? [];
    api.comments.set(number, comments);
    if (method === 'GET') return { status: 200, json: pageOf(comments, url) };
    const user = { login: 'github-actions[bot]', type: 'Bot' } as const;
    comments.push({ id: ++ids, body: JSON.parse(body).body, user });
    return { status: 201, json: comments.at(-1) };
  }

  function changeComment(id: number, body: string): Answer {
    const comment = [...api.comments.values()].flat().find(one => one.id === id);
    if (!comment) return NOT_FOUND;
    comment.body = JSON.parse(body).body;
    return { status: 200, json: comment };
  }

  const api: GitHubApi = {
    url: `http://127.0.0.1:${port}`,
    token,
    repository,
    pulls: new Map(),
    workflows: new Map(),
    comparisons: new Map(),
    comments: new Map(),
    requests,
    refuse: undefined,
    redirectTo: undefined,
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
    [Symbol.asyncDispose]: () => api.stop(),
  };
  return api;
}

function pageOf<T>(all: readonly T[], url: URL): readonly T[] {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? '30'));
  const page = Number(url.searchParams.get('page') ?? '1');
  return all.slice((page - 1) * size, page * size);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
