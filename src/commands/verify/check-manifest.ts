// What the catalog knows of a backup before a byte of it is read: whether its manifest can be believed, and whether its
// files lie there.
import type { CatalogBackup } from '../../backups/catalog.ts';
import { backupUnusable, type NotCountedReason } from '../../problems/backups.ts';
import type { ReadingWorld } from '../world.ts';
import type { Findings } from './findings.ts';

const OF_SIGNATURE: ReadonlySet<NotCountedReason> = new Set(['bad-signature', 'unknown-signer', 'unsigned']);
/** Doubts about its place among the others, not about itself: the catalog's alarms tell them. */
const OF_STANDING: ReadonlySet<NotCountedReason> = new Set([
  'future',
  'back-dated',
  'other-identity',
  'failed-test',
]);

/** Whether there is any use in looking at its files. */
export function checkManifest(
  { ref, standing, manifest, signature }: CatalogBackup,
  { verifier }: Pick<ReadingWorld, 'verifier'>,
  findings: Findings,
): boolean {
  const doubt = standing === 'good' || OF_STANDING.has(standing.reason) ? undefined : standing;
  const problem = doubt && backupUnusable(ref.id, doubt.reason, doubt.not);
  if (!manifest) {
    if (problem) findings.fail('manifest', problem);
    return false;
  }
  const isOfFiles = doubt?.reason === 'file-missing';
  if (doubt && problem && !isOfFiles && !OF_SIGNATURE.has(doubt.reason)) findings.fail('manifest', problem);
  else findings.pass('manifest', `format ${manifest.format}, in its own place`);

  if (doubt && problem && OF_SIGNATURE.has(doubt.reason)) findings.fail('signature', problem);
  else if (verifier === null) findings.skip('signature', 'no `verify-keys` are set');
  else if (signature === 'valid') findings.pass('signature', `by key ${manifest.signature?.key ?? ''}`);

  if (problem && isOfFiles) findings.fail('archive', problem);
  return !isOfFiles;
}
