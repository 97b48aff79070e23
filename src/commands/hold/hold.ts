// Puts a hold beside a backup, which prune never touches while it lies there, or takes it away again. Both may be said
// twice. What is held is not judged: a backup in doubt may be the very one that must not go.
import type { Catalog } from '../../backups/catalog.ts';
import { chooseBackup, findNamed } from '../../backups/choose-backup.ts';
import { type Hold, parseHold, printHold } from '../../backups/hold.ts';
import { formatInstant } from '../../backups/instant.ts';
import { type BackupRef, printKey, printStem } from '../../backups/key.ts';
import { printSelector, type Selector } from '../../backups/selector.ts';
import { backupNotFound } from '../../problems/choose.ts';
import { holdNotLifted } from '../../problems/hold.ts';
import { Problem, type ProblemCode } from '../../problems/problem.ts';
import type { HoldOutcome } from '../../reports/hold-outcome.ts';
import { settleName } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import type { ReadingWorld } from '../world.ts';

export interface HoldSettings {
  readonly name: string | undefined;
  readonly selector: Selector;
}

const LARGEST_HOLD = 64 * 1024;
/** `keyExists`. */
const EXISTS: ProblemCode = 'PGB311';

export async function hold(
  world: ReadingWorld,
  settings: HoldSettings & { readonly why: string | null; readonly by: string | null },
  signal: AbortSignal,
): Promise<HoldOutcome> {
  const { ref } = await choose(world, settings, signal);
  const key = printKey({ ...ref, kind: 'hold' });
  const { by, why } = settings;
  const wanted: Hold = { format: 1, backup: ref.id, at: formatInstant(world.now()), by, why };
  const common = { command: 'hold', place: world.store.place, ref } as const;
  try {
    await world.store.create(key, printHold(wanted), { contentType: 'application/json', signal });
    return { ...common, changed: true, hold: wanted };
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== EXISTS) throw problem;
    return { ...common, changed: false, hold: await readHold(world, key, signal) };
  }
}

export async function release(
  world: ReadingWorld,
  settings: HoldSettings,
  signal: AbortSignal,
): Promise<HoldOutcome> {
  const { ref, held } = await choose(world, settings, signal);
  const key = printKey({ ...ref, kind: 'hold' });
  const common = { command: 'release', place: world.store.place, ref } as const;
  // What isn't listed isn't asked for: a role that may list below a prefix alone is answered 403, not 404.
  const found = held ? await world.store.read(key, { maxBytes: LARGEST_HOLD, signal }) : undefined;
  if (!found) return { ...common, changed: false, hold: null };
  const deletion = await world.store.delete(key, { etag: found.object.etag, signal });
  if (deletion === 'changed' || deletion === 'locked') throw holdNotLifted(key, deletion);
  return { ...common, changed: deletion === 'deleted', hold: parseHold(found.bytes) ?? null };
}

interface Chosen {
  readonly ref: BackupRef;
  readonly held: boolean;
}

/** What is left of a backup without a manifest can be held as well: prune sweeps it otherwise. */
async function choose(
  world: ReadingWorld,
  { name: given, selector }: HoldSettings,
  signal: AbortSignal,
): Promise<Chosen> {
  const name = await settleName(world, { name: given, selector }, signal);
  const catalog = await new CatalogReader(world).read({ name, now: world.now() }, signal);
  if (selector.by === 'latest' || selector.by === 'before') {
    const choice = chooseBackup(catalog, { selector });
    if ('not' in choice) throw choice.not;
    return choice.ok;
  }
  const chosen = findNamed(catalog, selector) ?? findOrphan(catalog, selector);
  if (!chosen) throw backupNotFound(printSelector(selector), name);
  return chosen;
}

function findOrphan({ orphans }: Catalog, selector: Selector): Chosen | undefined {
  return orphans.find(({ ref }) => {
    if (selector.by === 'id') return ref.id === selector.id;
    return selector.by === 'key' && printStem(ref) === printStem(selector.ref);
  });
}

async function readHold(world: ReadingWorld, key: string, signal: AbortSignal): Promise<Hold | null> {
  const found = await world.store.read(key, { maxBytes: LARGEST_HOLD, signal });
  return (found && parseHold(found.bytes)) ?? null;
}
