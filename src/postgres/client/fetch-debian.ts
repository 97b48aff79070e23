// Fetches a client for Debian, Ubuntu and their derivatives from the PostgreSQL project's own repository, or takes what
// an earlier run kept while that is fresh enough.
import { fetchToolMissing, keptRefused, keptUsedInstead, repositoryFrozen } from '../../problems/client.ts';
import { Problem, type ProblemCode, type Warning } from '../../problems/problem.ts';
import { unconnectedEnvironment } from '../child-environment.ts';
import type { ClientFacts } from '../port.ts';
import type { ClientCache } from './cache.ts';
import { knownHoles } from './holes.ts';
import type { DebianName, Machine } from './machine.ts';
import type { Programs } from './packages.ts';
import type { SigningKey } from './pgdg-key.ts';
import { type RepositoryQuestion, readVerified, type VerifiedClient } from './repository.ts';
import { runProgram } from './run-program.ts';
import { keptFiles, repositoryAt } from './supply.ts';
import { unpackClient } from './unpack.ts';

export interface FetchSetting {
  readonly machine: Machine;
  /** Address of the repository. */
  readonly mirror: string;
  readonly key: SigningKey;
  /** null: nothing is kept. */
  readonly cache: ClientCache | null;
  /** This run's own (0700); what is unpacked goes with it. */
  readonly folder: string;
  readonly now: () => number;
  /** One line a step, for the log. */
  readonly tell: (line: string) => void;
}

const DAY_MS = 86_400_000;
/** PostgreSQL's minors come every quarter, or out of turn when it burns: two weeks late is soon enough to look again. */
const FRESH_FOR_MS = 14 * DAY_MS;
/** While the repository is away, what was kept serves this long. */
const USABLE_FOR_MS = 90 * DAY_MS;

/** `repositoryUntrusted`. */
const FORGED: ProblemCode = 'PGB274';
/** Of what was kept: forged, or not all there, run out, without this package, which is nobody's fault. */
const DOUBTS: ReadonlySet<ProblemCode> = new Set([FORGED, 'PGB273', 'PGB275', 'PGB276']);

interface Obtained {
  readonly client: VerifiedClient;
  readonly warnings: readonly Warning[];
}

export async function fetchDebianClient(
  major: number,
  programs: Programs,
  name: DebianName,
  setting: FetchSetting,
  signal: AbortSignal | undefined,
): Promise<ClientFacts> {
  const { machine, folder } = setting;
  const question: RepositoryQuestion = {
    ...setting,
    ...name,
    major,
    programs,
    installed: await installedPackages(machine),
    own: machine.environment,
    now: setting.now(),
  };
  const { client, warnings } = await obtain(question, setting, signal);
  const facts = await unpackClient(client, major, folder, name, machine);
  return { ...facts, warnings: [...facts.warnings, ...warnings] };
}

async function obtain(
  question: RepositoryQuestion,
  setting: FetchSetting,
  signal: AbortSignal | undefined,
): Promise<Obtained> {
  const prefix = keyPrefix(question);
  const { kept, warnings } = await readKept(prefix, question, setting);
  if (kept && question.now - kept.date < FRESH_FOR_MS && !knownHoles(kept.version)) {
    setting.tell(`Took the kept PostgreSQL ${question.programs} ${kept.version}, verified again`);
    return { client: kept, warnings };
  }
  try {
    const client = await fetchTwiceAtMost(question, setting, signal);
    setting.tell(
      `Fetched the PostgreSQL ${question.programs} ${client.version} from ${setting.mirror}, verified`,
    );
    await keep(prefix, client, setting);
    const frozen = question.now - client.date > USABLE_FOR_MS;
    return {
      client,
      warnings: frozen ? [...warnings, repositoryFrozen(setting.mirror, day(client.date))] : warnings,
    };
  } catch (problem) {
    const usable = kept && question.now - kept.date < USABLE_FOR_MS && problem instanceof Problem;
    if (!usable || signal?.aborted) throw problem;
    return { client: kept, warnings: [...warnings, keptUsedInstead(day(kept.date), problem.summary)] };
  }
}

/** A repository that is updated between two requests doesn't fit together; the second time it does. */
async function fetchTwiceAtMost(
  question: RepositoryQuestion,
  { mirror }: FetchSetting,
  signal: AbortSignal | undefined,
): Promise<VerifiedClient> {
  const supply = repositoryAt(mirror, signal);
  try {
    return await readVerified(supply, question);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== FORGED) throw problem;
    return await readVerified(supply, question);
  }
}

async function readKept(
  prefix: string,
  question: RepositoryQuestion,
  { cache }: FetchSetting,
): Promise<{ kept?: VerifiedClient; warnings: Warning[] }> {
  const files = await cache?.load(prefix);
  if (!files) return { warnings: [] };
  try {
    return { kept: await readVerified(keptFiles(files), question), warnings: [] };
  } catch (problem) {
    if (!(problem instanceof Problem) || !DOUBTS.has(problem.code)) throw problem;
    return { warnings: problem.code === FORGED ? [keptRefused(problem.summary)] : [] };
  }
}

/** With the day of the index in it, since a key is written once and the same minor is verified by newer indexes. */
async function keep(prefix: string, client: VerifiedClient, { cache, tell }: FetchSetting): Promise<void> {
  if (!cache) return;
  const key = `${prefix}${client.version}-${day(client.date)}`;
  tell(
    (await cache.save(prefix, key, client.files))
      ? `Kept it as ${key}`
      : `It was not kept (${key} stays as it is)`,
  );
}

/** All that decides which files fit, so that a machine never gets another one's. */
function keyPrefix({ codename, architecture, major, programs }: RepositoryQuestion): string {
  return `pg-backup-${programs}-linux-${architecture}-${codename}-${major}-`;
}

function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

async function installedPackages({ environment }: Machine): Promise<Set<string>> {
  const answer = await runProgram(
    '/usr/bin/dpkg-query',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
    ['--show', '--showformat', '${Package} ${db:Status-Status}\\n'],
    unconnectedEnvironment(environment),
  );
  if (answer.status === 127) throw fetchToolMissing('dpkg-query', 'dpkg');
  return new Set([...answer.stdout.matchAll(/^(\S+) installed$/gm)].map(([, name = '']) => name));
}
