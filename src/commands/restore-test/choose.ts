// Which backup is tested: the newest, one that is named, or one drawn among the good ones, so that the old ones are not
// believed for ever.
import type { Catalog } from '../../backups/catalog.ts';
import { type ChosenBackup, chooseBackup } from '../../backups/choose-backup.ts';
import { noBackupToTest } from '../../problems/restore-test.ts';
import type { RestoreTestSettings } from './settings.ts';

/** `random` gives that many unpredictable bytes. Throws a Problem where there is none to choose. */
export function chooseForTest(
  catalog: Catalog,
  { selector, tier, level }: RestoreTestSettings,
  random: (bytes: number) => Buffer,
): ChosenBackup {
  if (selector.by !== 'random') {
    const choice = chooseBackup(catalog, { selector, tier, level });
    if ('not' in choice) throw choice.not;
    return choice.ok;
  }
  const good = catalog.backups.flatMap(({ ref, standing }) =>
    standing === 'good' && ref.tier !== 'safety' && (tier === undefined || ref.tier === tier) ? [ref.id] : [],
  );
  const id = good[random(4).readUInt32BE() % good.length];
  if (id === undefined) throw noBackupToTest(catalog.name);
  const choice = chooseBackup(catalog, { selector: { by: 'id', id }, level });
  if ('not' in choice) throw choice.not;
  return choice.ok;
}
