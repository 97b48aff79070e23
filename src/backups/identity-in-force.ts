// Which of the identities that appear under one name counts, and whether the last one seen is another. The answer
// is carried by every manifest (`identityAccepted`), so it needs no state besides the backups and survives pruning.
import type { CatalogBackup } from './catalog.ts';
import type { Holdings } from './holdings.ts';
import { compareIdentity, fingerprint, isSameIdentity } from './identity.ts';
import type { Instant } from './instant.ts';
import type { Identity, Manifest } from './manifest.ts';
import { isTrusted } from './standing.ts';

export interface IdentityChange {
  /** What `accept-identity` must name. */
  readonly fingerprint: string;
  readonly words: string;
}

/** Accepted when it was taken, or the same as what is accepted now. */
export function isOurs(
  manifest: Manifest,
  inForce: Identity | undefined,
  accepted: readonly string[] = [],
): boolean {
  if (manifest.identityAccepted || accepted.includes(fingerprint(manifest.identity))) return true;
  return inForce !== undefined && isSameIdentity(inForce, manifest.identity);
}

/** The database's own where it was just accepted, else that of the newest trusted backup whose identity was accepted. */
export function identityInForce({ identity, accepted = [], manifests, now }: Holdings): Identity | undefined {
  if (identity && accepted.includes(fingerprint(identity))) return identity;
  let newest: { stamp: Instant; identity: Identity } | undefined;
  for (const { content, signature } of manifests.values()) {
    if ('not' in content || !isTrusted(signature) || !isOurs(content.ok, undefined, accepted)) continue;
    const stamp = Date.parse(content.ok.stamp);
    if (stamp <= now && (newest === undefined || stamp > newest.stamp)) {
      newest = { stamp, identity: content.ok.identity };
    }
  }
  return newest?.identity;
}

/**
 * The database as asked just now, and the newest trusted backup where its identity was never accepted, against the
 * identity in force. `backups` are newest first.
 */
export function findIdentityChange(
  { identity, accepted, now }: Holdings,
  inForce: Identity | undefined,
  backups: readonly Pick<CatalogBackup, 'ref' | 'manifest' | 'signature'>[],
): IdentityChange | undefined {
  if (inForce === undefined) return undefined;
  const newest = backups.find(
    ({ ref, manifest, signature }) => manifest && ref.stamp <= now && isTrusted(signature),
  )?.manifest;
  const stranger = newest && !isOurs(newest, inForce, accepted) ? newest.identity : undefined;
  for (const seen of [identity, stranger]) {
    if (seen === undefined) continue;
    const comparison = compareIdentity(inForce, seen);
    if (comparison.is === 'changed') return { fingerprint: fingerprint(seen), words: comparison.words };
  }
  return undefined;
}
