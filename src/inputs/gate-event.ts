// What the event says of the change that the gate judges, out of the payload that the runner keeps in a file. What isn't
// there to the letter is not guessed: a change that is not known is taken for a migration.
import type { Change, GateEvent } from '../commands/gate/settings.ts';
import { isRefusedEvent } from './events.ts';
import type { Outside } from './read.ts';

const TERMINAL: GateEvent = { name: null, trusted: true, fork: false, change: null, pull: null };

export function readGateEvent({ event, environment, readText }: Outside): GateEvent {
  if (event === null) return TERMINAL;
  const payload = readPayload(environment.GITHUB_EVENT_PATH ?? '', readText);
  const pull = at(payload, 'pull_request');
  const number = at(pull, 'number');
  return {
    name: event,
    trusted: !isRefusedEvent(event),
    // In `pull_request_target` a fork's pull request runs the target's workflow, with its secrets.
    fork: event === 'pull_request' && isFork(pull),
    change: changeOf(event, payload),
    pull: Number.isSafeInteger(number) ? Number(number) : null,
  };
}

/** Where one of the two repositories can't be told (a fork that was deleted), it is a fork. */
function isFork(pull: unknown): boolean {
  const head = at(at(at(pull, 'head'), 'repo'), 'full_name');
  const base = at(at(at(pull, 'base'), 'repo'), 'full_name');
  return typeof head !== 'string' || head !== base;
}

function changeOf(event: string, payload: unknown): Change | null {
  if (/^pull_request(_target)?$/.test(event)) {
    const pull = at(payload, 'pull_request');
    const [number, head, files] = [
      at(pull, 'number'),
      at(at(pull, 'head'), 'sha'),
      at(pull, 'changed_files'),
    ];
    if (!Number.isSafeInteger(number) || !isCommit(head)) return null;
    return { by: 'pull', number: Number(number), head, files: typeof files === 'number' ? files : null };
  }
  if (event === 'merge_group') {
    const group = at(payload, 'merge_group');
    return range(at(group, 'base_sha'), at(group, 'head_sha'));
  }
  // What a forced push took away stands in no comparison.
  if (event === 'push' && at(payload, 'forced') !== true)
    return range(at(payload, 'before'), at(payload, 'after'));
  return null;
}

function range(base: unknown, head: unknown): Change | null {
  return isCommit(base) && isCommit(head) ? { by: 'range', base, head } : null;
}

/** All zeros stand for no commit: a branch that is new or gone. */
function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value) && !/^0+$/.test(value);
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function readPayload(path: string, readText: Outside['readText']): unknown {
  try {
    return JSON.parse(readText(path));
  } catch {
    return undefined;
  }
}
