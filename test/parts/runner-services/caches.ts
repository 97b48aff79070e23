// Stands in for GitHub's cache service: the Twirp calls and the blob that @actions/cache makes of an entry.
import { type Call, created, type Desk, json, openDesks, type Reply, twirpMethod } from './desk.ts';

interface Entry {
  readonly key: string;
  /** Over the paths of the entry: another path never finds it. */
  readonly version: string;
  content: Buffer;
  finished: boolean;
}

export interface CacheDesk {
  readonly desk: Desk;
  /** Keys of finished entries, oldest first. */
  keys(): string[];
  /** What the next calls are answered with in place of the truth. */
  fail(status: number | undefined): void;
}

export interface CacheService extends AsyncDisposable, Omit<CacheDesk, 'desk'> {
  /** What the runner gives an action so that it finds the service. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function startCacheService(): Promise<CacheService> {
  const { desk, ...caches } = cacheDesk();
  const { origin, stop } = await openDesks(desk);
  return {
    ...caches,
    environment: {
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_RUNTIME_TOKEN: 'token',
      ACTIONS_CACHE_SERVICE_V2: 'True',
    },
    [Symbol.asyncDispose]: stop,
  };
}

export function cacheDesk(): CacheDesk {
  const entries: Entry[] = [];
  let failing: number | undefined;
  const desk = (call: Call): Reply | undefined => {
    const [, index] = /^\/account\/caches\/(\d+)$/.exec(call.url.pathname) ?? [];
    const blob = index === undefined ? undefined : entries[Number(index)];
    const method = twirpMethod('CacheService', call.url);
    if (!blob && method === undefined) return undefined;
    if (failing !== undefined) return json(failing, { code: 'unavailable', msg: 'down' });
    if (blob) return serve(blob, call);
    return json(200, answer(method, JSON.parse(call.body.toString() || '{}'), entries, call.url.origin));
  };
  return {
    desk,
    keys: () => entries.filter(entry => entry.finished).map(({ key }) => key),
    fail: status => {
      failing = status;
    },
  };
}

interface Question {
  readonly key: string;
  readonly version: string;
  readonly restore_keys?: readonly string[];
}

function answer(method: string | undefined, question: Question, entries: Entry[], origin: string): object {
  const { key, version } = question;
  const place = (entry: Entry) => `${origin}/account/caches/${entries.indexOf(entry)}?sig=x`;
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

function serve(blob: Entry, { method, body }: Call): Reply {
  if (method !== 'PUT') return { status: 200, body: blob.content };
  blob.content = body;
  return created();
}
