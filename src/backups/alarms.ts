// What a catalog must be told of, whatever command looked: nothing that is wrong in the bucket is passed over in
// silence, and one cause makes one alarm however many backups it touches.
import {
  backupsNotCounted,
  evidenceUnreadable,
  identityChanged,
  type NotCountedReason,
  predecessorChanged,
} from '../problems/backups.ts';
import type { Warning } from '../problems/problem.ts';
import type { Catalog, CatalogBackup } from './catalog.ts';
import type { Holdings } from './holdings.ts';
import { isTrusted } from './standing.ts';

export function findAlarms(
  { backups, identityChange }: Pick<Catalog, 'backups' | 'identityChange'>,
  evidence: Holdings['evidence'],
): readonly Warning[] {
  return [
    ...(identityChange ? [identityChanged(identityChange.fingerprint, identityChange.words)] : []),
    ...notCounted(backups),
    ...changedPredecessors(backups),
    ...uncountedEvidence(evidence),
  ];
}

function notCounted(backups: readonly CatalogBackup[]): Warning[] {
  const groups = new Map<NotCountedReason, { ids: string[]; words: string }>();
  for (const { ref, standing } of backups.filter(backup => !isFromBeforeSigning(backup, backups))) {
    if (standing === 'good') continue;
    const group = groups.get(standing.reason) ?? { ids: [], words: standing.not };
    group.ids.push(ref.id);
    groups.set(standing.reason, group);
  }
  return Array.from(groups, ([reason, { ids, words }]) => backupsNotCounted(reason, ids, words));
}

/** Unsigned and older than every signed one: expected once keys are set, so it is listed but raises no alarm. */
function isFromBeforeSigning({ ref, signature }: CatalogBackup, all: readonly CatalogBackup[]): boolean {
  if (signature !== 'unsigned') return false;
  return !all.some(other => other.signature === 'valid' && other.ref.stamp < ref.stamp);
}

function changedPredecessors(backups: readonly CatalogBackup[]): Warning[] {
  const byId = new Map(backups.map(backup => [backup.ref.id, backup]));
  return backups.flatMap(({ ref, ours, manifest }) => {
    const link = ours ? manifest?.previous : undefined;
    const found = link ? byId.get(link.id) : undefined;
    const same = !link || !found || found.manifestSha256 === link.manifestSha256;
    return same ? [] : [predecessorChanged(ref.id, link.id)];
  });
}

function uncountedEvidence(evidence: Holdings['evidence']): Warning[] {
  return Array.from(evidence).flatMap(([key, { content, signature }]) => {
    if ('not' in content) return [evidenceUnreadable(key, content.why)];
    const counts = content.ok.result === 'failed' || isTrusted(signature);
    return counts ? [] : [evidenceUnreadable(key, 'it is not signed by a key in `verify-keys`')];
  });
}
