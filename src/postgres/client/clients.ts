// The right client for a server, by itself: the one that was named, one that is here, or one that is fetched; with what
// is worth knowing about it.
import * as problems from '../../problems/client.ts';
import { Problem, type Warning } from '../../problems/problem.ts';
import { clientForRestoreMissing } from '../../problems/restore.ts';
import { clientOlderThanArchive } from '../../problems/verify.ts';
import type { ClientFacts } from '../port.ts';
import {
  type ClientWish,
  checkGiven,
  chooseClient,
  chooseRestoreClient,
  writesTooMuch,
} from './choose-client.ts';
import { type FetchSetting, fetchDebianClient } from './fetch-debian.ts';
import { fetchHomebrewClient } from './fetch-homebrew.ts';
import { clientIn, findClients, holdsServer } from './find-clients.ts';
import { knownHoles } from './holes.ts';
import { debianName } from './machine.ts';
import type { Programs } from './packages.ts';

export interface Clients {
  /** Whatever there is, for its psql: that speaks with every server. Fetched where there is none. */
  any(signal: AbortSignal): Promise<ClientFacts>;
  forServer(serverMajor: number, signal?: AbortSignal): Promise<ClientFacts>;
  /** One that reads what pg_dump of this major wrote: the nearest that is here, else that very major is fetched. */
  forArchive(writtenBy: number, signal?: AbortSignal): Promise<ClientFacts>;
  /** One that reads what pg_dump of that major wrote, and that a server of `targetMajor` understands. */
  forRestore(targetMajor: number, writtenBy: number, signal?: AbortSignal): Promise<ClientFacts>;
  /** Client and server programs (initdb, postgres) of exactly this major, in one folder. */
  withServer(major: number, signal?: AbortSignal): Promise<ClientFacts>;
}

export interface ClientsSetting extends FetchSetting {
  /** `postgres-bin`; undefined: looked for. */
  readonly given: string | undefined;
  readonly version: number | 'auto';
  readonly zstd: ClientWish['zstd'];
}

/** The newest first: its psql speaks with every server, but an old system's repository may not have it. */
const MAJORS = [18, 17, 16, 15, 14];
/** The repository has no such package. */
const NOT_THERE = 'PGB276';

/** Looks once, and fetches each thing once; a fetch that failed may be tried again. */
export function openClients(setting: ClientsSetting): Clients {
  const { given, version, machine } = setting;
  let found: Promise<ClientFacts[]> | undefined;
  const fetched = new Map<string, Promise<ClientFacts>>();
  const here = () => {
    found ??= given === undefined ? findClients(machine) : named(given, setting).then(client => [client]);
    return found;
  };
  const fetch = (major: number, signal: AbortSignal | undefined, programs: Programs = 'client') => {
    const what = `${programs} ${major}`;
    const running = fetched.get(what) ?? fetchPrograms(major, programs, setting, signal);
    fetched.set(what, running);
    running.catch(() => fetched.delete(what));
    return running;
  };

  const choose = async (
    serverMajor: number,
    signal: AbortSignal | undefined,
  ): Promise<{ client: ClientFacts; warnings: Warning[] }> => {
    const clients = await here();
    const [first] = clients;
    if (given !== undefined && first) return { client: checkGiven(first, serverMajor), warnings: [] };
    const choice = chooseClient(clients, { ...setting, serverMajor });
    if ('use' in choice) return { client: choice.use, warnings: [] };
    try {
      return { client: await firstToBeHad(choice.fetch, major => fetch(major, signal)), warnings: [] };
    } catch (problem) {
      if (!(problem instanceof Problem) || !choice.otherwise || signal?.aborted) throw problem;
      const warning = problems.fetchFailed(problem.summary, choice.otherwise.version);
      return { client: choice.otherwise, warnings: [warning] };
    }
  };

  return {
    async any(signal) {
      const [newest] = await here();
      return newest ?? firstToBeHad(version === 'auto' ? MAJORS : [version], major => fetch(major, signal));
    },
    async forServer(serverMajor, signal) {
      const { client, warnings } = await choose(serverMajor, signal);
      return { ...client, warnings: [...client.warnings, ...warnings, ...judge(client, serverMajor)] };
    },
    async forArchive(writtenBy, signal) {
      if (version !== 'auto' && version < writtenBy) throw clientOlderThanArchive(String(version), writtenBy);
      const clients = await here();
      const [first] = clients;
      if (given !== undefined && first) {
        if (first.major < writtenBy) throw clientOlderThanArchive(first.version, writtenBy);
        return first;
      }
      const wanted = (major: number) => (version === 'auto' ? major >= writtenBy : major === version);
      const nearest = clients.toReversed().find(({ major }) => wanted(major));
      return nearest ?? fetch(version === 'auto' ? writtenBy : version, signal);
    },
    async forRestore(targetMajor, writtenBy, signal) {
      const clients = (await here()).filter(({ major }) => version === 'auto' || major === version);
      const chosen = chooseRestoreClient(clients, targetMajor, writtenBy);
      if (chosen) return { ...chosen, warnings: [...chosen.warnings, ...judge(chosen, targetMajor)] };
      const wanted = version === 'auto' ? Math.max(targetMajor, writtenBy) : version;
      const none = wanted < Math.max(targetMajor, writtenBy) || writesTooMuch(wanted, targetMajor);
      if (none || given !== undefined) {
        const versions = clients.map(client => client.version);
        throw clientForRestoreMissing(targetMajor, writtenBy, versions);
      }
      return fetch(wanted, signal);
    },
    async withServer(major, signal) {
      for (const client of await here()) {
        if (client.major === major && (await holdsServer(client, machine))) return client;
      }
      if (given !== undefined) throw problems.serverNotInFolder(given, major);
      return fetch(major, signal, 'server');
    },
  };
}

async function named(folder: string, { machine, version }: ClientsSetting): Promise<ClientFacts> {
  const client = await clientIn(folder, machine);
  if (version !== 'auto' && client.major !== version)
    throw problems.versionsDisagree(client.version, version);
  return client;
}

async function firstToBeHad(
  majors: readonly number[],
  fetch: (major: number) => Promise<ClientFacts>,
): Promise<ClientFacts> {
  const [major, ...rest] = majors;
  if (major === undefined) throw new Error('no major to fetch');
  try {
    return await fetch(major);
  } catch (problem) {
    if (rest.length === 0 || !(problem instanceof Problem) || problem.code !== NOT_THERE) throw problem;
    return firstToBeHad(rest, fetch);
  }
}

async function fetchPrograms(
  major: number,
  programs: Programs,
  setting: ClientsSetting,
  signal: AbortSignal | undefined,
): Promise<ClientFacts> {
  const { machine } = setting;
  if (machine.platform === 'darwin') return fetchHomebrewClient(major, machine);
  const debian = await debianName(machine);
  if (debian) return fetchDebianClient(major, programs, debian, setting, signal);
  throw problems.clientNotToBeHad(
    `PostgreSQL client ${major}`,
    machine.platform === 'win32'
      ? `Install PostgreSQL ${major}, or name the folder of its programs in \`postgres-bin\`.`
      : `Install the package postgresql${major} (its PostgreSQL client part), or name the folder of its programs in \`postgres-bin\`.`,
  );
}

function judge(client: ClientFacts, serverMajor: number): Warning[] {
  const holes = knownHoles(client.version);
  return [
    ...(holes ? [problems.clientVulnerable(client.version, holes.cves, holes.fixedIn)] : []),
    ...(writesTooMuch(client.major, serverMajor) ? [problems.clientTooNew(client.version, serverMajor)] : []),
  ];
}
