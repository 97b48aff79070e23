// What happens inside the test's server: the archive is restored as in an emergency and timed, then every table, sequence
// and large object is compared with it, what must be valid is, and the user's own statements hold.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { makeId } from '../../backups/id.ts';
import type { Instant } from '../../backups/instant.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import type { Scratch, TargetFacts, TargetServer } from '../../postgres/target-port.ts';
import type { Problem } from '../../problems/problem.ts';
import {
  stateDiffers,
  tablesDiffer,
  targetIsSource,
  targetIsStandby,
  targetOfOtherMajor,
} from '../../problems/restore-test.ts';
import { schemaDiffers, schemaNotAsArchived } from '../../problems/schema.ts';
import { compareWithArchive, type Difference } from '../restore/compare.ts';
import { compareSchema, warnOfSchema } from '../restore/compare-schema.ts';
import { type Obtained, readThrough } from '../restore/obtain.ts';
import { runAssertions } from './assertions.ts';
import type { RestoreTestDraft } from './draft.ts';
import { explainRestore } from './explain-restore.ts';
import { checkExtensions } from './extensions.ts';
import type { RestoreTestSettings } from './settings.ts';
import type { RestoreTestWorld } from './world.ts';

export interface Trial {
  readonly backup: ChosenBackup;
  readonly client: ClientFacts;
  readonly archive: Obtained;
  readonly target: TargetServer;
  /** When the first byte was asked of the store. */
  readonly since: Instant;
}

/** Everything that was found wrong; empty: the backup restores. Throws what keeps the test from a verdict. */
export async function prove(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  draft: RestoreTestDraft,
  trial: Trial,
  signal: AbortSignal,
): Promise<Problem[]> {
  const facts = await trial.target.facts('', signal);
  judge(trial.backup, facts);
  draft.serverVersion = facts.serverVersion;
  const scratch = await draft.stage('Restore', () => restore(world, settings, draft, trial, facts, signal));
  try {
    const compared = await draft.stage('Compare', () =>
      compareWithArchive(
        { ...world, target: trial.target },
        { ...trial, scratch, text: textOf(trial), connections: settings.jobs },
        signal,
      ),
    );
    draft.compared = { ...compared, assertions: settings.assertions.length };
    const differing = compared.differences.map(tell);
    differing.push(...(await judgeSchema(world, draft, { ...trial, scratch, facts }, signal)));
    if (settings.assertions.length === 0) return differing;
    const { assertions, assertionTimeoutMs } = settings;
    const failed = await draft.stage('Ask the assertions', () =>
      runAssertions(scratch, trial.client, assertions, assertionTimeoutMs, signal),
    );
    return failed ? [...differing, failed] : differing;
  } finally {
    await scratch.drop().catch(() => {});
    await scratch.close();
  }
}

async function judgeSchema(
  world: RestoreTestWorld,
  draft: RestoreTestDraft,
  { archive, backup, facts, target, ...trial }: Trial & { scratch: Scratch; facts: TargetFacts },
  signal: AbortSignal,
): Promise<Problem[]> {
  const { server, client } = backup.manifest;
  const source = { serverVersion: server.version, clientVersion: client.version };
  const left = { noOwner: false, noAcl: false };
  const compared = { ...trial, ...left, source, file: archive.file, targetMajor: facts.serverMajor };
  if (world.service) {
    draft.warn(...(await warnOfSchema({ target }, compared, signal)));
    return [];
  }
  const difference = await compareSchema({ target }, compared, signal);
  if (difference?.certain) return [schemaDiffers(difference)];
  if (difference) draft.warn(schemaNotAsArchived(difference));
  return [];
}

function judge({ manifest }: ChosenBackup, facts: TargetFacts): void {
  const { system } = manifest.identity;
  if (system !== null && system === facts.systemIdentifier) throw targetIsSource();
  if (facts.standby) throw targetIsStandby();
  if (facts.serverMajor < Number.parseInt(manifest.server.version, 10))
    throw targetOfOtherMajor(manifest.server.version, facts.serverVersion);
  checkExtensions(manifest, facts);
}

async function restore(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  { times }: RestoreTestDraft,
  { backup, archive, client, target, since }: Trial,
  facts: TargetFacts,
  signal: AbortSignal,
): Promise<Scratch> {
  const { owners, grants, others } = archive.roles;
  const named = [...new Set([...owners, ...grants, ...others])];
  await target.createStubRoles(
    named.filter(role => !facts.roles.includes(role)),
    signal,
  );
  const scratch = await target.createScratch(
    {
      name: `restore_test_${makeId(world.random)}`,
      locale: archive.locale,
      replaces: null,
      now: world.now(),
    },
    signal,
  );
  const seconds = (from: Instant) => (world.now() - from) / 1000;
  try {
    const { lc_monetary: lcMonetary } = backup.manifest.server.textSettings;
    const from = world.now();
    const options = {
      jobs: settings.jobs,
      noOwner: false,
      noAcl: false,
      lcMonetary: lcMonetary === facts.lcMonetary ? undefined : lcMonetary,
    };
    await readThrough(scratch.restore(client, archive.file, options), signal, () => {});
    times.restore = seconds(from);
    times.bytesPerSecond = Math.round(archive.scan.rawBytes / Math.max(times.restore, 0.001));
    await readThrough(await scratch.runSql(client, 'select 1;'), signal, () => {});
    times.firstQuery = seconds(since);
    await scratch.analyze(signal);
    times.recovery = seconds(since);
    return scratch;
  } catch (error) {
    await scratch.drop().catch(() => {});
    await scratch.close();
    throw explainRestore(error, backup);
  }
}

function textOf({ backup, archive }: Trial) {
  const { encoding, textSettings } = backup.manifest.server;
  return { encoding: archive.locale.get('ENCODING') ?? encoding, settings: textSettings };
}

function tell({ what, names }: Difference): Problem {
  return what === 'tables' ? tablesDiffer(names) : stateDiffers(what, names);
}
