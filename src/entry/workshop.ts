// What is known here of the machine and the job, without asking anybody: for `doctor`.
import { availableParallelism } from 'node:os';
import type { Credentials, Workshop } from '../commands/doctor/world.ts';
import type { Destination } from '../inputs/destination.ts';
import { openDisk } from './disk.ts';
import type { Workplace } from './job.ts';

export async function describeWorkshop(
  destination: Destination,
  { environment, folder, keys, run }: Workplace,
): Promise<Workshop> {
  return {
    event: run.event,
    credentials: credentialsOf(destination, environment),
    cores: availableParallelism(),
    freeBytes: await openDisk(folder).freeBytes(),
    messages: keys.notifiers.filter(({ kind }) => kind === 'message').map(({ name }) => inMidst(name)),
    ping: keys.notifiers.some(({ kind }) => kind === 'ping'),
  };
}

/** Keys of AWS users begin with AKIA, those of sessions with ASIA; other stores have no such mark, and often no roles. */
function credentialsOf(destination: Destination, environment: NodeJS.ProcessEnv): Credentials {
  if (destination.kind === 'folder') return 'none';
  if (destination.role !== undefined) return 'role';
  const longLived = destination.endpoint === undefined && /^AKIA/.test(environment.AWS_ACCESS_KEY_ID ?? '');
  return longLived ? 'long-lived-keys' : 'elsewhere';
}

/** `The e-mail` begins a sentence, `e-mail` stands in a list. */
function inMidst(name: string): string {
  return name.replace(/^The /, '');
}
