// What the bucket holds of one name, judged: which backups there are, which of them count and why the others don't,
// what lies about without a manifest, and what somebody must be told. Every command decides on this and lists nothing
// of its own.
import type { NotCountedReason } from '../problems/backups.ts';
import type { Warning } from '../problems/problem.ts';
import { findAlarms } from './alarms.ts';
import type { Holdings, ListedObject, SignatureState, Signed } from './holdings.ts';
import { isSameIdentity } from './identity.ts';
import { findIdentityChange, type IdentityChange, identityInForce, isOurs } from './identity-in-force.ts';
import type { Instant } from './instant.ts';
import { type BackupRef, printStem } from './key.ts';
import type { Identity, Manifest, PreviousLink } from './manifest.ts';
import type { ParsedManifest } from './parse-manifest.ts';
import { inDeletionOrder, type Pile, sortIntoPiles } from './piles.ts';
import { isTrusted, judge, newestTest, type Standing, type Tested, TROUBLE } from './standing.ts';

export interface CatalogBackup {
  readonly ref: BackupRef;
  /** undefined where it could not be read or is in the wrong place. */
  readonly manifest: Manifest | undefined;
  readonly manifestSha256: string | undefined;
  readonly signature: SignatureState;
  readonly standing: Standing;
  /** Provably a backup of this name and of an identity that was accepted: prune may delete it. */
  readonly ours: boolean;
  readonly tested: Tested | undefined;
  readonly held: boolean;
  readonly manifestObject: ListedObject;
  readonly archive: ListedObject | undefined;
  /** All that belongs to it and would go with it, in the order of deletion: manifest, evidence, proof, globals, archive. */
  readonly objects: readonly ListedObject[];
}

/** Objects of one backup whose manifest isn't there: a crash left them, or the manifest was deleted. */
export interface Orphan {
  readonly ref: BackupRef;
  readonly objects: readonly ListedObject[];
  /** Of the newest of them: the grace period runs from it. */
  readonly modifiedAt: Instant;
  readonly held: boolean;
}

/** A backup that must not be passed over in silence. */
export interface Trouble {
  readonly id: string;
  readonly reason: NotCountedReason;
  readonly words: string;
}

export interface PastTest extends Tested {
  /** null where it was not reached or not recorded. */
  readonly recoverySeconds: number | null;
}

export interface Catalog {
  readonly name: string;
  /** Newest first. */
  readonly backups: readonly CatalogBackup[];
  readonly orphans: readonly Orphan[];
  /** Keys under this name that are nobody's that we know: never touched. */
  readonly foreign: readonly string[];
  /** Why `latest`, gate and prune stop: the newest stamp (not after now) belongs to a backup that is in doubt. */
  readonly latestTrouble: Trouble | undefined;
  /** The identity that counts; undefined before the first backup. */
  readonly identity: Identity | undefined;
  /** Why prune is suspended and the gate fails until `accept-identity` names this fingerprint. */
  readonly identityChange: IdentityChange | undefined;
  /** Links to backups that aren't there any more; whether policy let them go is `findVanished`'s to say. */
  readonly missingLinks: readonly PreviousLink[];
  /** Restore tests of this name that can be believed, oldest first. */
  readonly tests: readonly PastTest[];
  readonly alarms: readonly Warning[];
}

export function makeCatalog(holdings: Holdings): Catalog {
  const { piles, foreign } = sortIntoPiles(holdings);
  const identity = identityInForce(holdings);
  const ids = countIds(piles);
  const backups: CatalogBackup[] = [];
  const orphans: Orphan[] = [];
  for (const pile of piles.values()) {
    const backup = toBackup(pile, holdings, identity, ids);
    if (backup) backups.push(backup);
    else orphans.push(toOrphan(pile));
  }
  backups.sort(newestFirst);
  orphans.sort(newestFirst);
  const catalog = {
    name: holdings.name,
    backups,
    orphans,
    foreign,
    latestTrouble: troubleAtNewest(backups.filter(({ ref }) => ref.stamp <= holdings.now)),
    identity,
    identityChange: findIdentityChange(holdings, identity, backups),
    missingLinks: backups.flatMap(({ manifest, ours }) =>
      ours && manifest?.previous && !ids.has(manifest.previous.id) ? [manifest.previous] : [],
    ),
    tests: pastTests(holdings),
  };
  return { ...catalog, alarms: findAlarms(catalog, holdings.evidence) };
}

/** What a new backup's manifest says of its identity: `identityAccepted`. */
export function acceptsIdentity(catalog: Catalog, identity: Identity): boolean {
  return catalog.identity === undefined || isSameIdentity(catalog.identity, identity);
}

function toBackup(
  pile: Pile,
  holdings: Holdings,
  identity: Identity | undefined,
  ids: ReadonlyMap<string, number>,
): CatalogBackup | undefined {
  const manifestObject = pile.objects.find(({ key }) => key.kind === 'manifest')?.object;
  if (manifestObject === undefined) return undefined;
  const parsed = holdings.manifests.get(manifestObject.key) ?? NEVER_READ;
  const { content, signature } = parsed;
  const known = 'ok' in content ? content : undefined;
  const identityIsOurs = known !== undefined && isOurs(known.ok, identity, holdings.accepted);
  const idIsUnique = ids.get(pile.ref.id) === 1;
  const tests = pile.objects.flatMap(({ object }) => holdings.evidence.get(object.key) ?? []);
  const tested = known && newestTest(tests, known.sha256, holdings.now);
  const files = new Map(pile.objects.map(({ object }) => [object.key, object]));
  return {
    ref: pile.ref,
    manifest: known?.ok,
    manifestSha256: known?.sha256,
    signature,
    standing: judge(
      { ref: pile.ref, parsed, manifestObject, files, tested, idIsUnique, identityIsOurs },
      holdings.now,
    ),
    ours: identityIsOurs && idIsUnique && isTrusted(signature),
    tested,
    held: pile.objects.some(({ key }) => key.kind === 'hold'),
    manifestObject,
    archive: known
      ? files.get(known.ok.archive.key)
      : pile.objects.find(({ key }) => key.kind === 'archive')?.object,
    objects: inDeletionOrder(pile, known && filesNamedBy(known.ok)),
  };
}

function filesNamedBy({ archive, proof, globals }: Manifest): ReadonlySet<string> {
  return new Set([archive, proof, ...(globals ? [globals] : [])].map(({ key }) => key));
}

/** A manifest that was listed and then not handed in vanished in between, or could not be fetched. */
const NEVER_READ: Signed<ParsedManifest> = {
  content: { not: 'unreadable', why: 'it could not be fetched' },
  signature: 'not-required',
};

function toOrphan(pile: Pile): Orphan {
  return {
    ref: pile.ref,
    objects: inDeletionOrder(pile),
    modifiedAt: Math.max(...pile.objects.map(({ object }) => object.modifiedAt)),
    held: pile.objects.some(({ key }) => key.kind === 'hold'),
  };
}

/** Where the newest stamp among these belongs to a backup in doubt. `backups` are newest first. */
export function troubleAtNewest(backups: readonly CatalogBackup[]): Trouble | undefined {
  const newest = backups[0]?.ref.stamp;
  for (const { ref, standing } of backups) {
    if (ref.stamp === newest && standing !== 'good' && TROUBLE.has(standing.reason)) {
      return { id: ref.id, reason: standing.reason, words: standing.not };
    }
  }
  return undefined;
}

function pastTests({ evidence }: Holdings): PastTest[] {
  const tests = [...evidence.values()].flatMap(({ content, signature }) =>
    'ok' in content && isTrusted(signature)
      ? [
          {
            result: content.ok.result,
            at: Date.parse(content.ok.at),
            recoverySeconds: content.recoverySeconds ?? null,
          },
        ]
      : [],
  );
  return tests.sort((a, b) => a.at - b.at);
}

function countIds(piles: ReadonlyMap<string, Pile>): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (const { ref, objects } of piles.values()) {
    if (objects.some(({ key }) => key.kind === 'manifest')) ids.set(ref.id, (ids.get(ref.id) ?? 0) + 1);
  }
  return ids;
}

function newestFirst(a: { ref: BackupRef }, b: { ref: BackupRef }): number {
  return b.ref.stamp - a.ref.stamp || (printStem(a.ref) < printStem(b.ref) ? -1 : 1);
}
