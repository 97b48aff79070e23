// What a restore is about to do, as plain data, and the hash by which somebody confirms it. The hash covers what decides
// over the outcome and nothing that passes: sessions come and go, sizes and ages change, and the plan stays the same.
import { canonicalJson, sha256Hex } from '../../backups/canonical-json.ts';
import type { PastTest } from '../../backups/catalog.ts';
import { levelOf } from '../../backups/choose.ts';
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import type { Instant } from '../../backups/instant.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import type { PlannedBackup, RestorePlan } from '../../reports/restore-plan.ts';
import type { RestoreSettings } from './settings.ts';
import type { Planned } from './source.ts';

export function plannedBackup(chosen: ChosenBackup): PlannedBackup {
  const { manifest, ref } = chosen;
  return {
    id: ref.id,
    name: ref.name,
    tier: ref.tier,
    stamp: ref.stamp,
    level: levelOf(chosen),
    key: manifest.archive.key,
    etag: chosen.archive?.etag ?? manifest.archive.etag,
    bytes: manifest.archive.bytes,
    plainBytes: manifest.archive.plainBytes,
    sha256: manifest.archive.sha256,
    rows: manifest.totals.rows,
    tables: manifest.totals.tables,
    database: manifest.identity.database,
    serverVersion: manifest.server.version,
    clientVersion: manifest.client.version,
    encrypted: manifest.encryption !== null,
    extensions: manifest.server.extensions,
  };
}

/** `tests`: of the name, oldest first. */
export function expectedTime(tests: readonly PastTest[]): RestorePlan['expected'] {
  const last = tests.findLast(
    ({ result, recoverySeconds }) => result === 'passed' && recoverySeconds !== null,
  );
  return last?.recoverySeconds == null ? null : { seconds: last.recoverySeconds, testedAt: last.at };
}

const HASH_DIGITS = 12;

export type Judged = Pick<RestorePlan, 'notes' | 'problems'>;

export function makePlan(
  planned: Planned,
  facts: TargetFacts,
  settings: RestoreSettings,
  judged: Judged & Pick<RestorePlan, 'expected'>,
  now: Instant,
): RestorePlan {
  const replaces = settings.mode === 'swap' ? facts.database : null;
  const database = settings.mode === 'swap' ? (facts.database?.name ?? '') : (settings.newDatabase ?? '');
  const choices = {
    mode: settings.mode,
    noOwner: settings.noOwner,
    noAcl: settings.noAcl,
    stubRoles: settings.stubRoles,
    terminateSessions: settings.terminateSessions,
    postRestoreSql: settings.postRestoreSql ?? null,
    postRestoreCommand: settings.postRestoreCommand ?? null,
  };
  const bound = {
    ...choices,
    format: 1,
    ...identityOf(planned),
    // A host may have several names; the identifier stays. Where it can't be asked, the host must do.
    server: facts.systemIdentifier ?? `${facts.host}:${facts.port}`,
    database,
    oid: replaces?.oid ?? null,
  };
  return {
    hash: sha256Hex(canonicalJson(bound)).slice(0, HASH_DIGITS),
    backup: planned.backup ?? null,
    file: planned.file ?? null,
    database,
    target: {
      host: facts.host,
      port: facts.port,
      user: facts.user,
      serverVersion: facts.serverVersion,
      systemIdentifier: facts.systemIdentifier,
      leftovers: facts.leftovers,
    },
    replaces: replaces && {
      oid: replaces.oid,
      name: replaces.name,
      owner: replaces.owner,
      bytes: replaces.bytes,
      tables: replaces.inside?.tables ?? null,
      sessions: replaces.sessions,
    },
    ...choices,
    ...judged,
    plannedAt: now,
  };
}

/** Of a file its bytes, wherever it lies. */
function identityOf({ backup, file }: Planned): Readonly<Record<string, string>> {
  if (file) return { file: file.sha256 };
  const { id, etag, sha256 } = backup;
  return { id, etag, sha256 };
}

/** What is kept of a name of this length in front of `_restore_` and `_before_` and an id. */
export function besideName(name: string, kind: 'restore' | 'before', id: string): string {
  const suffix = `_${kind}_${id}`;
  const room = 63 - suffix.length;
  let kept = name;
  // On a character's boundary: PostgreSQL would cut the id away, and half a character is none.
  while (Buffer.byteLength(kept) > room) kept = Array.from(kept).slice(0, -1).join('');
  return `${kept}${suffix}`;
}
