// The proof as bytes: canonical JSON, so that equal proofs have equal digests.
import { canonicalJson } from '../backups/canonical-json.ts';
import type { Proof } from './proof.ts';

export function printProof(proof: Proof): Buffer {
  return canonicalJson(proof);
}
