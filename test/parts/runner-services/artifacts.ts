// Stands in for GitHub's artifact service: the few Twirp calls and blob requests that @actions/artifact makes to upload,
// find and download, and the files it got, unzipped.
import { randomUUID } from 'node:crypto';
import {
  type Call,
  created,
  type Desk,
  json,
  openDesks,
  type Reply,
  twirpMethod,
  unsignedToken,
} from './desk.ts';
import { unzip } from './unzip.ts';

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

export interface ArtifactDesk {
  readonly desk: Desk;
  readonly artifacts: readonly Artifact[];
}

interface Blob {
  readonly name: string;
  readonly blocks: Map<string, Buffer>;
  content: Buffer;
  finished: boolean;
}

/** As much as the service's token says of the run and the job. */
export const RUN_TOKEN = unsignedToken({ scp: 'Actions.Results:run-backend-id:job-backend-id' });

export async function startArtifactService(): Promise<ArtifactService> {
  const { desk, artifacts } = artifactDesk();
  const { origin, stop } = await openDesks(desk);
  const environment = { ACTIONS_RESULTS_URL: `${origin}/`, ACTIONS_RUNTIME_TOKEN: RUN_TOKEN };
  return { environment, artifacts, stop, [Symbol.asyncDispose]: stop };
}

export function artifactDesk(): ArtifactDesk {
  const blobs: Blob[] = [];
  const artifacts: Artifact[] = [];
  const desk = (call: Call): Reply | undefined => {
    const blob = blobs[Number(/^\/account\/artifacts\/(\d+)$/.exec(call.url.pathname)?.[1] ?? -1)];
    if (blob) return serve(blob, call);
    const method = twirpMethod('ArtifactService', call.url);
    if (method === undefined) return undefined;
    const question = JSON.parse(call.body.toString());
    const place = (one: Blob) =>
      `${call.url.origin}/account/artifacts/${blobs.indexOf(one)}?sig=${randomUUID()}`;
    const named = blobs.find(candidate => candidate.name === question.name);
    switch (method) {
      case 'CreateArtifact': {
        if (named)
          return json(409, { code: 'already_exists', msg: 'an artifact with this name already exists' });
        const blob = { name: question.name, blocks: new Map(), content: Buffer.alloc(0), finished: false };
        blobs.push(blob);
        return json(200, { ok: true, signed_upload_url: place(blob) });
      }
      case 'FinalizeArtifact': {
        if (!named) return json(404, { code: 'not_found' });
        named.finished = true;
        artifacts.push({ name: named.name, files: unzip(named.content) });
        return json(200, { ok: true, artifact_id: String(blobs.indexOf(named) + 1) });
      }
      case 'ListArtifacts': {
        const { name_filter: name, id_filter: id } = question;
        const wanted = blobs
          .map((one, index) => ({ ...one, id: String(index + 1) }))
          .filter(one => one.finished && (!name || one.name === name) && (!id || one.id === String(id)));
        return json(200, { artifacts: wanted.map(describe) });
      }
      case 'GetSignedArtifactURL':
        return named ? json(200, { signed_url: place(named) }) : json(404, { code: 'not_found' });
      default:
        return undefined;
    }
  };
  return { desk, artifacts };
}

function describe({ id, name, content }: Blob & { readonly id: string }): object {
  return {
    workflow_run_backend_id: 'run-backend-id',
    workflow_job_run_backend_id: 'job-backend-id',
    database_id: id,
    name,
    size: String(content.length),
    created_at: '2026-11-21T03:17:00Z',
  };
}

/** Blocks first, then the list that puts them in order; a GET gives it all. */
function serve(blob: Blob, { method, url, body }: Call): Reply {
  if (method !== 'PUT')
    return { status: 200, headers: { 'content-type': 'application/zip' }, body: blob.content };
  if (url.searchParams.get('comp') === 'block') blob.blocks.set(url.searchParams.get('blockid') ?? '', body);
  else if (url.searchParams.get('comp') === 'blocklist') {
    const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(match => match[1] ?? '');
    blob.content = Buffer.concat(ids.map(id => blob.blocks.get(id) ?? Buffer.alloc(0)));
  } else blob.content = body;
  return created();
}
