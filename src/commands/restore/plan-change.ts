// The part of a plan that speaks of a live database which is changed and stays: asks what is in it and what the backup
// holds, and judges both. Reads the backup's proof; nothing is downloaded and nothing changed.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { isSameIdentity } from '../../backups/identity.ts';
import { printTableName, type TableName, tableKey } from '../../backups/table-name.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import { tablesNotInBackup } from '../../problems/restore-modes.ts';
import type { Proof } from '../../proof/proof.ts';
import { makeReadable } from '../thaw.ts';
import { judgeChange } from './judge-change.ts';
import { readProof } from './obtain.ts';
import type { Judged, Touched } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import { schemasBeside, tablesOfProof, touchedBy } from './touches.ts';
import type { RestoreWorld } from './world.ts';

export async function planChange(
  world: RestoreWorld,
  settings: RestoreSettings,
  chosen: ChosenBackup,
  facts: TargetFacts,
  signal: AbortSignal,
): Promise<{ judged: Judged; touched: Touched }> {
  const { database: live } = facts;
  const { manifest, ref } = chosen;
  const nothing = { touches: [], there: [], safety: null };
  // Both are told by the rest of the plan.
  if (!live || (manifest.encryption !== null && world.opener === null))
    return { judged: { notes: [], problems: [] }, touched: nothing };
  const { wanted, missing } = await wantedTables(world, settings, chosen, signal);
  const asked = settings.mode === 'tables' || settings.tables.length > 0 ? settings.tables : wanted;
  const content = await world.target.live.content(
    live.name,
    settings.mode === 'in-place' ? [] : asked,
    [...schemasBeside(wanted, ref.id).values()],
    signal,
  );
  // Partitions of what was asked for, as the target has them.
  const filled = settings.mode === 'data-only' ? leaves(wanted, content.tables) : wanted;
  const judged = judgeChange(settings, {
    live,
    content,
    wanted: filled,
    backup: { id: ref.id, stamp: ref.stamp, encrypted: manifest.encryption !== null },
    encrypts: world.safety.encrypted,
  });
  return {
    judged: {
      notes: judged.notes,
      problems: [
        ...(missing.length > 0 ? [tablesNotInBackup(missing.map(printTableName))] : []),
        ...judged.problems,
      ],
    },
    touched: {
      ...touchedBy(settings, content, filled, ref.id),
      safety: settings.safetyBackup ? { name: safetyName(settings, chosen, facts) } : null,
    },
  };
}

/** The database's own backups are of another identity where somebody else's backup is restored into it. */
function safetyName(
  { name }: RestoreSettings,
  { manifest, ref }: ChosenBackup,
  { systemIdentifier, host, database }: TargetFacts,
): string {
  const identity = { system: systemIdentifier, host, database: database?.name ?? '' };
  return isSameIdentity(manifest.identity, identity) ? (name ?? ref.name) : `${identity.database}-safety`;
}

async function wantedTables(
  world: RestoreWorld,
  settings: RestoreSettings,
  chosen: ChosenBackup,
  signal: AbortSignal,
): Promise<{ wanted: readonly TableName[]; missing: readonly TableName[] }> {
  if (settings.mode === 'in-place') return { wanted: [], missing: [] };
  const objects = chosen.objects.filter(({ key }) => key === chosen.manifest.proof.key);
  await makeReadable(world, objects, settings.thaw, signal);
  const proof = await readProof(world, chosen, signal);
  const held = tablesOfProof(proof);
  if (settings.tables.length === 0) return { wanted: held, missing: [] };
  const there = new Set(held.map(tableKey));
  const missing = settings.tables.filter(table => !there.has(tableKey(table)) && !isRoot(proof, table));
  return { wanted: settings.tables, missing };
}

/** A partitioned table has no rows of its own, and so no proof; the table of contents has it. */
function isRoot({ toc }: Proof, { schema, table }: TableName): boolean {
  const entry = `TABLE ${schema} ${table} `.replaceAll('\n', ' ');
  return toc.split('\n').some(line => /^\d+; 1259 \d+ (.*)$/.exec(line)?.[1]?.startsWith(entry) === true);
}

function leaves(wanted: readonly TableName[], there: readonly TableName[]): TableName[] {
  const named = new Set(wanted.map(tableKey));
  return [...wanted, ...there.filter(table => !named.has(tableKey(table)))].map(({ schema, table }) => ({
    schema,
    table,
  }));
}
