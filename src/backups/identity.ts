// Which server and database a backup is of. A name outlives hosts and upgrades; when what lies behind it changes,
// somebody must say that this is meant, or a second database could push the first one's backups out.
import { sha256Hex } from './canonical-json.ts';
import type { Identity } from './manifest.ts';

/** Twelve hex digits: what `accept-identity` takes. By the system identifier where there is one, else by the host. */
export function fingerprint(identity: Identity): string {
  const server = identity.system === null ? `host ${hostOf(identity)}` : `system ${identity.system}`;
  return sha256Hex(Buffer.from(`${server}\n${identity.database}`, 'utf8')).slice(0, 12);
}

export type IdentityComparison =
  | { readonly is: 'same' }
  /** `words` complete the sentence "the last backup was of …": what differs, without host names. */
  | { readonly is: 'changed'; readonly words: string };

/**
 * The system identifier decides where both sides know it, else the host does: a role may lose the right to ask for
 * it. Two sides that share neither can't be shown to be the same, so they count as changed.
 */
export function compareIdentity(last: Identity, now: Identity): IdentityComparison {
  const differences: string[] = [];
  if (last.system !== null && now.system !== null) {
    if (last.system !== now.system) {
      differences.push(`another server (system identifier ${last.system}, now ${now.system})`);
    }
  } else if (hostOf(last) === '' || hostOf(now) === '') {
    differences.push(
      'a server that cannot be compared (neither its system identifier nor its host is known)',
    );
  } else if (hostOf(last) !== hostOf(now)) {
    differences.push('another host (the system identifier is not known on both sides)');
  }
  if (last.database !== now.database) {
    differences.push(
      `another database (${JSON.stringify(last.database)}, now ${JSON.stringify(now.database)})`,
    );
  }
  return differences.length === 0 ? { is: 'same' } : { is: 'changed', words: differences.join(' and ') };
}

export function isSameIdentity(one: Identity, other: Identity): boolean {
  return compareIdentity(one, other).is === 'same';
}

function hostOf(identity: Identity): string {
  return (identity.host ?? '').toLowerCase();
}
