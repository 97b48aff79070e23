// The manifest and proof that may lie beside an archive of ours that somebody copied out of the bucket: with them the
// file is proven like any backup, without them it is a file like any other.
import { LEVELS, type Level } from '../../backups/level.ts';
import type { Manifest } from '../../backups/manifest.ts';
import { parseManifest, signedMessage } from '../../backups/parse-manifest.ts';
import { manifestUnusable } from '../../problems/restore-files.ts';
import { PROOF_LIMITS } from '../../proof/parse-proof.ts';
import type { Proof } from '../../proof/proof.ts';
import { openProof } from './obtain.ts';
import type { FileWorld } from './world.ts';

export interface Beside {
  readonly manifest: Manifest;
  /** null where only the manifest was copied. */
  readonly proof: Proof | null;
}

const ARCHIVE = /\.dump(?:\.age)?$/;
const MAX_MANIFEST_BYTES = 1024 * 1024;

/** `sha256`: of the file. null where there is no manifest. */
export async function readBeside(world: FileWorld, path: string, sha256: string): Promise<Beside | null> {
  const stem = path.replace(ARCHIVE, '');
  const bytes =
    stem === path ? undefined : await world.files.readSmall(`${stem}.manifest.json`, MAX_MANIFEST_BYTES);
  if (!bytes) {
    if (world.verifier) throw manifestUnusable(path, 'there is none, and `verify-keys` is set');
    return null;
  }
  const key = keyOf(bytes);
  const parsed = parseManifest(bytes, key);
  if ('not' in parsed) throw manifestUnusable(path, parsed.why);
  const manifest = parsed.ok;
  checkSignature(world, path, manifest, key);
  if (manifest.archive.sha256 !== sha256)
    throw manifestUnusable(path, 'the SHA-256 that it names is another');
  const suffix = manifest.encryption === null ? '' : '.age';
  const proof = await world.files.readSmall(`${stem}.proof.json${suffix}`, PROOF_LIMITS.maxBytes);
  return { manifest, proof: proof ? await openProof(world, manifest, proof) : null };
}

export function levelOfManifest({ levels }: Manifest): Level {
  return LEVELS.findLast(level => levels.some(reached => reached.level === level)) ?? 'listed';
}

/** It was moved: its place in the store is what it says itself, and what a signature covers. */
function keyOf(bytes: Buffer): string {
  try {
    const { archive } = JSON.parse(bytes.toString('utf8')) as { archive?: { key?: unknown } };
    return String(archive?.key ?? '').replace(ARCHIVE, '.manifest.json');
  } catch {
    return '';
  }
}

function checkSignature({ verifier }: FileWorld, path: string, manifest: Manifest, key: string): void {
  if (!verifier) return;
  const check = manifest.signature && verifier.verify(signedMessage(manifest, key), manifest.signature);
  if (check === 'valid') return;
  const why = {
    'unknown-key': 'it is signed by another key than `verify-keys` names',
    invalid: 'its signature is forged',
  };
  throw manifestUnusable(path, check === null ? 'it is not signed, and `verify-keys` is set' : why[check]);
}
