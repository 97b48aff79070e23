// Chooses the one backup that a command works on. What was asked for is never replaced by something else in silence: a
// newest backup in doubt stops the choice, and a backup that is named is refused where nothing about it can be believed.
import { backupUnusable, latestUnusable, type NotCountedReason, noGoodBackup } from '../problems/backups.ts';
import { backupNotFound, noneMatches, otherThanWished } from '../problems/choose.ts';
import type { Problem } from '../problems/problem.ts';
import { type Catalog, type CatalogBackup, troubleAtNewest } from './catalog.ts';
import { levelOf } from './choose.ts';
import { isSameIdentity } from './identity.ts';
import { formatInstant } from './instant.ts';
import { printStem } from './key.ts';
import { LEVELS, type Level } from './level.ts';
import type { Manifest } from './manifest.ts';
import { printSelector, type Selector } from './selector.ts';
import type { Tier } from './tier.ts';

export interface Wish {
  readonly selector: Selector;
  readonly tier?: Tier | undefined;
  /** At least proven to this. */
  readonly level?: Level | undefined;
}

export type ChosenBackup = CatalogBackup & { readonly manifest: Manifest };

export type Choice =
  | {
      readonly ok: ChosenBackup;
      /** Newer ones that fit but don't count, and whose reason is no cause to stop. Tell them. */
      readonly passedOver: readonly CatalogBackup[];
    }
  | { readonly not: Problem };

/** A backup that is named may still be worth something where this is all that speaks against it; it is told. */
const STILL_USABLE: ReadonlySet<NotCountedReason> = new Set([
  'unproven',
  'future',
  'back-dated',
  'other-identity',
  'failed-test',
]);

export function chooseBackup(catalog: Catalog, wish: Wish): Choice {
  const { selector } = wish;
  return selector.by === 'id' || selector.by === 'key'
    ? chooseNamed(catalog, wish)
    : chooseNewest(catalog, wish);
}

/** The backup itself, whatever is wrong with it: for commands that judge or guard it. */
export function findNamed(catalog: Catalog, selector: Selector): CatalogBackup | undefined {
  return catalog.backups.find(({ ref }) => {
    if (selector.by === 'id') return ref.id === selector.id;
    return selector.by === 'key' && printStem(ref) === printStem(selector.ref);
  });
}

/** Good, of the identity in force, and no `safety` one. */
function chooseNewest(catalog: Catalog, wish: Wish): Choice {
  const { selector, tier } = wish;
  const inTime = catalog.backups.filter(
    ({ ref }) => selector.by !== 'before' || ref.stamp < selector.instant,
  );
  const trouble = selector.by === 'before' ? troubleAtNewest(inTime) : catalog.latestTrouble;
  if (trouble) return { not: latestUnusable(trouble.id, trouble.reason, trouble.words) };
  const passedOver: CatalogBackup[] = [];
  for (const backup of inTime) {
    const { manifest, ref } = backup;
    if (ref.tier === 'safety' || (tier !== undefined && ref.tier !== tier)) continue;
    const isOfIdentity = manifest && catalog.identity && isSameIdentity(catalog.identity, manifest.identity);
    if (backup.standing === 'good' && isOfIdentity && reaches(backup, wish.level))
      return { ok: { ...backup, manifest }, passedOver };
    passedOver.push(backup);
  }
  const asked = describe(wish);
  return {
    not:
      asked === undefined
        ? noGoodBackup(catalog.name, catalog.backups.length)
        : noneMatches(catalog.name, asked, catalog.backups.length),
  };
}

function chooseNamed(catalog: Catalog, { selector, tier, level }: Wish): Choice {
  const backup = findNamed(catalog, selector);
  if (!backup) return { not: backupNotFound(printSelector(selector), catalog.name) };
  const { ref, manifest, standing } = backup;
  if (standing !== 'good' && !(manifest && STILL_USABLE.has(standing.reason)))
    return { not: backupUnusable(ref.id, standing.reason, standing.not) };
  if (!manifest) throw new Error(`backup ${ref.id} is ${JSON.stringify(standing)} without a manifest`);
  if (tier !== undefined && ref.tier !== tier) return { not: otherThanWished(ref.id, `is ${ref.tier}`) };
  if (!reaches(backup, level))
    return { not: otherThanWished(ref.id, `is only proven to ${levelOf(backup)}`) };
  return { ok: { ...backup, manifest }, passedOver: [] };
}

/** `counts: off` skips `counted` alone, so no higher level stands for it. */
function reaches(backup: CatalogBackup, level: Level | undefined): boolean {
  if (level === undefined) return true;
  if (level === 'counted') return backup.manifest?.levels.some(reached => reached.level === level) ?? false;
  return LEVELS.indexOf(levelOf(backup)) >= LEVELS.indexOf(level);
}

/** undefined where nothing but the newest was asked for. */
function describe({ selector, tier, level }: Wish): string | undefined {
  const asked = [
    ...(tier === undefined ? [] : [`of tier \`${tier}\``]),
    ...(level === undefined ? [] : [`proven to \`${level}\``]),
    ...(selector.by === 'before' ? [`from before ${formatInstant(selector.instant)}`] : []),
  ];
  return asked.length === 0 ? undefined : asked.join(', ');
}
