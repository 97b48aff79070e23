// The record of a restore test, beside the backup that it proved or disproved. It says what was found and how well the
// server was fenced off; names of tables stay out of it, because it is not encrypted where the archive is.
import { canonicalJson } from '../../backups/canonical-json.ts';
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { EVIDENCE_FORMAT, evidenceMessage, parseEvidence } from '../../backups/evidence.ts';
import { makeId } from '../../backups/id.ts';
import { formatInstant, type Instant } from '../../backups/instant.ts';
import { printKey } from '../../backups/key.ts';
import type { Isolation } from '../../postgres/test-server-port.ts';
import { Problem } from '../../problems/problem.ts';
import { evidenceNotWritten } from '../../problems/restore-test.ts';
import type { TestTimes } from '../../reports/restore-test-outcome.ts';
import type { RestoreTestWorld } from './world.ts';

export interface TestRecord {
  readonly result: 'passed' | 'failed';
  readonly at: Instant;
  /** Of what was found wrong. */
  readonly codes: readonly string[];
  /** `service`: a server that somebody else started; null: the test ended before there was one. */
  readonly isolation: Isolation | 'service' | null;
  readonly serverVersion: string | null;
  readonly times: TestTimes;
  readonly compared: { readonly tables: number; readonly rows: number; readonly assertions: number } | null;
}

/** Returns its key. Only after the last process of the test's server is gone. */
export async function writeEvidence(
  world: RestoreTestWorld,
  backup: ChosenBackup,
  record: TestRecord,
  signal: AbortSignal,
): Promise<string> {
  const { at, times, ...rest } = record;
  const key = printKey({ ...backup.ref, kind: 'evidence', testStamp: at, testId: makeId(world.random) });
  const unsigned = {
    ...rest,
    format: EVIDENCE_FORMAT,
    backup: backup.ref.id,
    manifestSha256: backup.manifestSha256 ?? '',
    at: formatInstant(at),
    seconds: {
      obtain: times.obtain,
      restore: times.restore,
      firstQuery: times.firstQuery,
      recovery: times.recovery,
    },
    bytesPerSecond: times.bytesPerSecond,
    run: world.run,
  };
  const signature = world.signer?.sign(evidenceMessage(unsigned, key)) ?? null;
  const bytes = canonicalJson({ ...unsigned, signature });
  const read = parseEvidence(bytes, key);
  if ('not' in read) throw new Error(`the evidence can't be read back: ${read.why}`);
  try {
    await world.store.create(key, bytes, { contentType: 'application/json', signal });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    throw evidenceNotWritten(problem.summary);
  }
  return key;
}
