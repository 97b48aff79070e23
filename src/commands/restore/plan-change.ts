// The part of a plan that speaks of a live database which is changed and stays: asks what is in it and what the backup
// holds, and judges both. Of a backup the proof is read; nothing else is downloaded and nothing changed.
import { isSameIdentity } from '../../backups/identity.ts';
import { printTableName, type TableName, tableKey } from '../../backups/table-name.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import { tablesNotInBackup } from '../../problems/restore-modes.ts';
import type { Proof } from '../../proof/proof.ts';
import { restorableOf } from './judge.ts';
import { judgeChange } from './judge-change.ts';
import { type Judged, NOTHING_TOUCHED, type Touched } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import { type Contents, type Described, sourceIdOf } from './source.ts';
import { schemasBeside, tablesOfProof, touchedBy } from './touches.ts';
import type { RestoreWorld } from './world.ts';

export async function planChange(
  world: RestoreWorld,
  settings: RestoreSettings,
  { planned, contents }: Described,
  facts: TargetFacts,
  signal: AbortSignal,
): Promise<{ judged: Judged; touched: Touched }> {
  const { database: live } = facts;
  // Both are told by the rest of the plan.
  if (!live || !contents) return { judged: { notes: [], problems: [] }, touched: NOTHING_TOUCHED };
  const id = sourceIdOf(planned);
  const { wanted, missing } = await wantedTables(settings, contents, signal);
  const asked = settings.mode === 'tables' || settings.tables.length > 0 ? settings.tables : wanted;
  const content = await world.target.live.content(
    live.name,
    settings.mode === 'in-place' ? [] : asked,
    [...schemasBeside(wanted, id).values()],
    signal,
  );
  // Partitions of what was asked for, as the target has them.
  const filled = settings.mode === 'data-only' ? leaves(wanted, content.tables) : wanted;
  const judged = judgeChange(settings, {
    live,
    content,
    wanted: filled,
    source: { id, since: restorableOf(planned).since, encrypted: contents.encrypted },
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
      ...touchedBy(settings, content, filled, id),
      safety: settings.safetyBackup ? { name: safetyName(settings, contents, facts) } : null,
    },
  };
}

/**
 * The database's own backups are of another identity where somebody else's backup is restored into it. Of a file that
 * doesn't say whose it is, `name` alone can tell.
 */
function safetyName(
  { name }: RestoreSettings,
  contents: Contents,
  { systemIdentifier, host, database }: TargetFacts,
): string {
  const identity = { system: systemIdentifier, host, database: database?.name ?? '' };
  const isIts = contents.identity === null || isSameIdentity(contents.identity, identity);
  return (isIts ? (name ?? contents.name) : undefined) ?? `${identity.database}-safety`;
}

async function wantedTables(
  settings: RestoreSettings,
  contents: Contents,
  signal: AbortSignal,
): Promise<{ wanted: readonly TableName[]; missing: readonly TableName[] }> {
  if (settings.mode === 'in-place') return { wanted: [], missing: [] };
  const proof = await contents.proof(signal);
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
