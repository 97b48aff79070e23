// The story of a status: look at the store, describe each name, hold what is found against the thresholds, and hand it on
// to whoever reads it. Writes nothing where backups lie.

import type { NameStatus } from '../../reports/status.ts';
import type { StatusOutcome } from '../../reports/status-outcome.ts';
import { findNames } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import type { DraftWorld } from '../run-draft.ts';
import type { ReadingWorld } from '../world.ts';
import { checkName, checkStore } from './checks.ts';
import { describe } from './describe.ts';
import { StatusDraft } from './draft.ts';
import { publish, type Readers } from './publish.ts';
import type { StatusSettings } from './settings.ts';

export type StatusWorld = ReadingWorld & {
  readonly run: DraftWorld['run'] & { readonly tool: string };
  readonly readers: Readers;
};

/** Never throws: whatever happens is in the outcome. */
export async function status(
  world: StatusWorld,
  settings: StatusSettings,
  signal: AbortSignal,
): Promise<StatusOutcome> {
  const draft = new StatusDraft(world, settings);
  try {
    await draft.stage('Look at the store', () => look(world, settings, draft, signal));
  } catch (error) {
    draft.fail(error, signal);
  }
  const page = { timezone: settings.timezone, price: settings.storagePrice, tool: world.run.tool };
  if (!signal.aborted)
    draft.warn(...(await publish(world.readers, draft.outcome(), page, settings.name, signal)));
  return draft.outcome();
}

async function look(
  world: StatusWorld,
  settings: StatusSettings,
  draft: StatusDraft,
  signal: AbortSignal,
): Promise<void> {
  // A backup of another machine must not seem to be of the future.
  draft.now = Math.max(world.now(), await world.store.time(signal));
  const wanted = settings.name === undefined ? await findNames(world, signal) : [settings.name];
  const names: NameStatus[] = [];
  for (const name of wanted) {
    // A reader of its own for each: what is read of one is of no use for the next.
    const catalog = await new CatalogReader(world).read({ name, now: draft.now }, signal);
    names.push(describe(catalog, settings, draft.now));
  }
  draft.names = names;
  const space = await world.store.space(signal);
  draft.space = space ?? null;
  draft.checked([
    ...checkStore(names, space, settings.thresholds),
    ...names.flatMap(name => checkName(name, settings.thresholds, draft.now)),
  ]);
}
