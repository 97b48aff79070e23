// The story of a restore test: choose a backup, bring it here and believe nothing of it, restore it into a server that is
// thrown away, compare, ask, measure, and record what was found beside the backup. Download and decryption end before
// that server starts, and the record is written after the last process of it is gone: the dump's own code runs in there.

import { levelOf } from '../../backups/choose.ts';
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { identityMissing } from '../../problems/keys.ts';
import { Problem, Problems } from '../../problems/problem.ts';
import {
  contentsDiffer,
  failedEarlier,
  globalsNotTested,
  unsignedEvidence,
  weaklyIsolated,
} from '../../problems/restore-test.ts';
import { compareContents } from '../../proof/compare-contents.ts';
import type { RestoreTestOutcome } from '../../reports/restore-test-outcome.ts';
import { settleName } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import { type Obtained, obtain, readAll } from '../restore/obtain.ts';
import { chooseForTest } from './choose.ts';
import { describeIsolation, RestoreTestDraft } from './draft.ts';
import { writeEvidence } from './evidence.ts';
import { prove, type Trial } from './prove.ts';
import type { RestoreTestSettings } from './settings.ts';
import type { RestoreTestWorld } from './world.ts';

/** Never throws: whatever happens is in the outcome. */
export async function restoreTest(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  signal: AbortSignal,
): Promise<RestoreTestOutcome> {
  const draft = new RestoreTestDraft(world, settings);
  try {
    await run(world, settings, draft, signal);
  } catch (error) {
    draft.fail(error, signal);
  }
  return draft.outcome();
}

async function run(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  draft: RestoreTestDraft,
  signal: AbortSignal,
): Promise<void> {
  const backup = await draft.stage('Find the backup', () => find(world, settings, draft, signal));
  const findings = await findWrong(() => test(world, settings, draft, backup, signal), signal);
  draft.found(findings);
  await draft.stage('Record', async () => {
    const at = Math.floor(Math.max(world.now(), await world.store.time(signal)) / 1000) * 1000;
    const result = findings.length > 0 ? 'failed' : 'passed';
    draft.verdict = result;
    if (world.verifier && !world.signer) draft.warn(unsignedEvidence());
    const codes = findings.map(({ code }) => code);
    const { compared, isolation, serverVersion, times } = draft;
    const record = { result, at, codes, isolation, serverVersion, times, compared } as const;
    draft.evidenceKey = await writeEvidence(world, backup, record, signal);
    world.log.info(`Recorded as ${result} beside backup ${backup.ref.id}`);
  });
}

async function find(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  draft: RestoreTestDraft,
  signal: AbortSignal,
): Promise<ChosenBackup> {
  const { selector } = settings;
  const named = selector.by === 'random' ? { by: 'latest' as const } : selector;
  draft.name = await settleName(world, { name: settings.name, selector: named }, signal);
  const now = Math.max(world.now(), await world.store.time(signal));
  const catalog = await new CatalogReader(world).read({ name: draft.name, now }, signal);
  draft.warn(...catalog.alarms);
  const backup = chooseForTest(catalog, settings, world.random);
  draft.backup = backup;
  draft.earlier = catalog.tests.map(({ at, result, recoverySeconds }) => ({
    at,
    result,
    recovery: recoverySeconds,
  }));
  if (backup.standing !== 'good' && backup.standing.reason === 'failed-test')
    draft.warn(failedEarlier(backup.ref.id));
  if (backup.manifest.globals === null) draft.warn(globalsNotTested());
  if (backup.manifest.encryption && !world.opener) throw identityMissing(backup.manifest.archive.key);
  world.log.info(`Backup ${backup.ref.id} (${backup.ref.tier}), proven to ${levelOf(backup)} so far`);
  return backup;
}

/** What of it speaks against the backup; everything else is thrown on. */
async function findWrong(work: () => Promise<Problem[]>, signal: AbortSignal): Promise<Problem[]> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const problems = error instanceof Problems ? error.all : error instanceof Problem ? [error] : [];
    if (problems.length === 0 || problems.some(({ kind }) => kind !== 'integrity')) throw error;
    return [...problems];
  }
}

async function test(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  draft: RestoreTestDraft,
  backup: ChosenBackup,
  signal: AbortSignal,
): Promise<Problem[]> {
  const since = world.now();
  const major = Number.parseInt(backup.manifest.server.version, 10);
  const dumpMajor = Number.parseInt(backup.manifest.client.version, 10);
  const client = await world.archives.clientFor(major, dumpMajor, signal);
  const archive = await draft.stage('Download and verify', async () => {
    const obtained = await obtain(
      { ...world, target: world.archives },
      backup,
      client,
      settings.thaw,
      signal,
    );
    draft.times.obtain = (world.now() - since) / 1000;
    await checkContents(world, client, obtained, signal);
    return obtained;
  });
  const trial = { backup, client, archive, since };
  if (world.service) {
    draft.isolation = 'service';
    return prove(world, settings, draft, { ...trial, target: world.service }, signal);
  }
  return proveInOwnServer(world, settings, draft, trial, signal);
}

async function checkContents(
  world: RestoreTestWorld,
  client: Trial['client'],
  { file, proof }: Obtained,
  signal: AbortSignal,
): Promise<void> {
  const contents = await readAll(world.archives.printToc(client, file), signal);
  const { missing, added } = compareContents(proof.toc, contents.toString('utf8'));
  if (missing.length > 0 || added.length > 0) throw contentsDiffer(missing, added);
}

/** On every way out the server is gone, with everything that was started inside of it. */
async function proveInOwnServer(
  world: RestoreTestWorld,
  settings: RestoreTestSettings,
  draft: RestoreTestDraft,
  trial: Omit<Trial, 'target'>,
  signal: AbortSignal,
): Promise<Problem[]> {
  const { manifest } = trial.backup;
  const major = Number.parseInt(manifest.server.version, 10);
  // Tables take more room than their text, and indexes come on top.
  const expectedBytes = 2 * manifest.totals.rawBytes;
  const server = await draft.stage('Start a server', () =>
    world.servers.start(major, { isolation: settings.isolation, expectedBytes }, signal),
  );
  try {
    draft.isolation = server.isolation;
    const { user, network, processes } = server.isolation;
    if (user === 'same' || network === 'shared' || processes === 'visible')
      draft.warn(weaklyIsolated(describeIsolation(server.isolation)));
    return await prove(world, settings, draft, { ...trial, target: world.openTarget(server) }, signal);
  } finally {
    await draft.stage('Throw the server away', () => server.stop());
  }
}
