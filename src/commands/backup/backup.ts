// The story of a backup: ask, stream, check, commit, and only then prune. The order is chosen so that a crash on any
// line leaves either no backup or a whole one, and never one backup less than there was.
import { Problem, type ProblemCode, throwAll } from '../../problems/problem.ts';
import { startedOver } from '../../problems/run.ts';
import { committedLine, prunedLine, serverLine } from '../../reports/log-lines.ts';
import type { BackupOutcome } from '../../reports/outcome.ts';
import { connectPatiently } from '../connect.ts';
import { CatalogReader } from '../read-catalog.ts';
import type { World } from '../world.ts';
import { type Document, Draft } from './draft.ts';
import { keep } from './keep.ts';
import { pruneAfterBackup } from './prune-after-backup.ts';
import type { BackupSettings } from './settings.ts';
import { survey } from './survey.ts';
import { take } from './take.ts';

/** `connectionLost` (failover, restart) and `lockQueued`: a second run is likely to succeed, and nothing of the first is left. */
const WORTH_A_SECOND_RUN: ReadonlySet<ProblemCode> = new Set(['PGB218', 'PGB237']);

export interface BackupResult {
  readonly outcome: BackupOutcome;
  readonly documents: readonly Document[];
}

/** Never throws: whatever happens is in the outcome. */
export async function backup(
  world: World,
  settings: BackupSettings,
  signal: AbortSignal,
): Promise<BackupResult> {
  const draft = new Draft(world, settings);
  try {
    await runTwiceAtMost(world, settings, draft, signal);
  } catch (error) {
    draft.fail(error, signal);
  }
  return { outcome: draft.outcome(), documents: draft.documents };
}

async function runTwiceAtMost(
  world: World,
  settings: BackupSettings,
  draft: Draft,
  signal: AbortSignal,
): Promise<void> {
  try {
    await run(world, settings, draft, signal);
  } catch (error) {
    const again = error instanceof Problem && WORTH_A_SECOND_RUN.has(error.code);
    if (!again || draft.backup || signal.aborted) throw error;
    draft.warn(startedOver(error));
    await run(world, settings, draft, signal);
  }
}

async function run(world: World, settings: BackupSettings, draft: Draft, signal: AbortSignal): Promise<void> {
  const reader = new CatalogReader(world);
  const source = await draft.stage('Connect', () => connectPatiently(world, signal));
  try {
    const found = await draft.stage('Check server, client and store', async () => {
      const facts = await source.facts();
      // Before anything else can fail: a failure should say whose backup it was.
      draft.name = settings.name ?? facts.database;
      const answers = await survey(world, facts, reader, settings, signal);
      draft.surveyed(answers);
      world.log.info(
        serverLine(
          { ...answers.facts, tables: answers.facts.tables.length, clientVersion: answers.client.version },
          settings.detail,
        ),
      );
      throwAll(answers.problems);
      return answers;
    });
    if (settings.dryRun) {
      draft.planned = true;
      return await pruneAfterBackup(world, reader, settings, found, draft, signal);
    }
    const taken = await draft.stage('Back up (dump, prove, upload)', () =>
      take(world, source, settings, found, draft, signal),
    );
    await draft.stage('Commit', async () => {
      const kept = await keep(world, settings, found, taken, signal);
      draft.committed(kept);
      draft.documents = [
        { name: 'manifest.json', text: `${JSON.stringify(kept.manifest, null, 2)}\n` },
        { name: 'contents.txt', text: taken.streamed.toc },
      ];
      world.log.info(committedLine({ ...kept.manifest, manifestKey: kept.manifestKey }, settings.detail));
    });
    await draft.stage('Prune', async () => {
      await pruneAfterBackup(world, reader, settings, found, draft, signal);
      world.log.info(prunedLine(draft.prune, settings.detail));
    });
  } finally {
    await source.close();
  }
}
