// Looks at one backup as it lies in the store, without a server: is its manifest its own and signed, are all its bytes
// those that were stored, does it decrypt, and does the whole archive decode to the rows that its proof names.
import type { Catalog, CatalogBackup } from '../../backups/catalog.ts';
import { toBackupLine } from '../../backups/choose.ts';
import { chooseBackup, findNamed, type Wish } from '../../backups/choose-backup.ts';
import { backupNotFound } from '../../problems/choose.ts';
import { contentsUnproven } from '../../problems/verify.ts';
import type { VerifyOutcome } from '../../reports/verify-outcome.ts';
import { settleName } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import { makeReadable, type Thaw } from '../thaw.ts';
import type { DecodingWorld } from '../world.ts';
import { checkFiles } from './check-files.ts';
import { checkManifest } from './check-manifest.ts';
import { Findings } from './findings.ts';

export interface VerifySettings {
  readonly name: string | undefined;
  readonly wish: Wish;
  readonly thaw: Thaw;
}

/** Throws a Problem where no backup could be chosen or looked at; what is wrong with it is in the outcome. */
export async function verify(
  world: DecodingWorld,
  settings: VerifySettings,
  signal: AbortSignal,
): Promise<VerifyOutcome> {
  const startedAt = world.now();
  const { wish } = settings;
  const name = await settleName(world, { name: settings.name, selector: wish.selector }, signal);
  const catalog = await new CatalogReader(world).read({ name, now: world.now() }, signal);
  const backup = choose(catalog, wish);
  const findings = new Findings();
  if (checkManifest(backup, world, findings)) {
    await makeReadable(world, backup.objects, settings.thaw, signal);
    await checkFiles(world, backup, findings, signal);
  }
  const { checks, problems, unlooked } = findings;
  const failed = problems.length > 0;
  return {
    command: 'verify',
    result: failed ? 'failed' : unlooked.length > 0 ? 'unproven' : 'good',
    name,
    place: world.store.place,
    backup: toBackupLine(backup),
    checks,
    problems: failed || unlooked.length === 0 ? problems : [contentsUnproven(backup.ref.id, unlooked)],
    warnings: catalog.alarms,
    durationSeconds: (world.now() - startedAt) / 1000,
  };
}

/** A backup that is named is looked at whatever is said of it: that is what this command is for. */
function choose(catalog: Catalog, wish: Wish): CatalogBackup {
  const { selector } = wish;
  if (selector.by === 'id' || selector.by === 'key') {
    const named = findNamed(catalog, selector);
    if (named && wish.tier === undefined && wish.level === undefined) return named;
    if (!named) throw backupNotFound(selector.by === 'id' ? selector.id : selector.ref.id, catalog.name);
  }
  const choice = chooseBackup(catalog, wish);
  if ('not' in choice) throw choice.not;
  return choice.ok;
}
