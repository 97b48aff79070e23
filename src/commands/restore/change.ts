// From a verified archive into a database that stays: fenced and backed up if that was chosen, then changed in one
// transaction, which is committed only after every table in it has been compared. Whatever fails before that, and
// whatever kills the run, the database is as it was.
import type { TableName } from '../../backups/table-name.ts';
import type { LiveChange } from '../../postgres/live-port.ts';
import { throwAll } from '../../problems/problem.ts';
import { targetChanged } from '../../problems/restore.ts';
import { comparedByRows } from '../../problems/restore-files.ts';
import type { EntryKind, ListedEntry } from '../../proof/toc-list.ts';
import { orAborted } from '../or-aborted.ts';
import { filledTables } from './chosen-tables.ts';
import { type Comparison, compareWithArchive, differenceProblems } from './compare.ts';
import type { RestoreDraft } from './draft.ts';
import { writeList } from './entry-list.ts';
import { type Filling, lcMonetaryOf } from './filling.ts';
import { type PreparedTables, prepareTables } from './move-tables.ts';
import { readyTarget } from './ready.ts';
import { backUpFirst, withFence } from './safeguards.ts';
import type { RestoreSettings } from './settings.ts';
import { placesOf } from './touches.ts';
import { dropSchemasCommand } from './undo.ts';
import type { RestoreWorld } from './world.ts';

export async function change(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  job: Filling,
  signal: AbortSignal,
): Promise<void> {
  await readyTarget(world, settings, job, signal);
  const prepared =
    settings.mode === 'tables' ? await prepareTables(world, settings, draft, job, signal) : undefined;
  try {
    const tables = prepared?.tables ?? (await filledTables(world, settings, job, signal));
    await withFence(world, draft, job, signal, async () => {
      const safety = await backUpFirst(world, draft, job.plan, signal);
      await changeInOne(world, settings, draft, { ...job, prepared, tables, safety }, signal);
    });
  } finally {
    await prepared?.drop(draft);
  }
}

type Change = Filling & {
  readonly prepared: PreparedTables | undefined;
  readonly tables: readonly TableName[];
  readonly safety: string | null;
};

async function changeInOne(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  job: Change,
  signal: AbortSignal,
): Promise<void> {
  const { plan, client, tables } = job;
  const { replaces } = plan;
  if (!replaces) throw targetChanged(plan.database);
  const live = await draft.stage('Change', async () => {
    const begun = await world.target.live.begin(
      client,
      {
        database: plan.database,
        oid: replaces.oid,
        terminateSessions: settings.terminateSessions,
        lcMonetary: lcMonetaryOf(job),
      },
      signal,
    );
    return orAborted(load(world, settings, job, begun), signal).then(
      () => begun,
      async error => {
        await begun.close();
        throw error;
      },
    );
  });
  try {
    await draft.stage('Compare', async () => {
      await job.archive.foreign?.checkUnchanged();
      const compared = await compareWithArchive(world, comparisonOf(settings, job, live), signal);
      throwAll(differenceProblems(compared.differences));
      if (compared.unlike.length > 0) draft.warn(comparedByRows(compared.unlike));
      draft.compared = compared;
    });
    const { postRestoreSql } = settings;
    if (postRestoreSql !== undefined)
      await draft.stage('After the restore', () => orAborted(live.runSql(postRestoreSql), signal));
    await draft.stage('Commit', async () => {
      signal.throwIfAborted();
      await live.commit();
      draft.replaced(undoOf(world, settings, job));
    });
  } finally {
    await live.close();
  }
  const analyzed = settings.mode === 'in-place' ? [] : (job.prepared?.final ?? tables);
  await draft.stage('Analyze', async () => {
    signal.throwIfAborted();
    await world.target.live.analyze(plan.database, analyzed, signal);
  });
}

async function load(
  world: RestoreWorld,
  settings: RestoreSettings,
  { plan, client, archive, prepared, tables }: Change,
  live: LiveChange,
): Promise<void> {
  if (prepared) {
    if (settings.replaceTables) await live.dropTables(tables, { defaultPrivileges: settings.noAcl });
    await live.load(prepared.print());
    for (const statement of prepared.afterRows)
      await live.run('making foreign keys and statistics', `${statement};`);
    await live.putBack();
    return;
  }
  const print = async (wanted: (entry: ListedEntry) => boolean) => {
    const list = await writeList(world, archive.proof.toc, wanted);
    return world.target.printScript(client, archive.file, { ...settings, list });
  };
  if (settings.mode === 'in-place') {
    await live.empty();
    const kept = new Set(await keptExtensions(world, plan.database));
    await live.load(await print(({ kind, rest }) => kind !== 'extension' || !kept.has(extensionOf(rest))));
    return;
  }
  const whole = settings.tables.length === 0;
  await live.clear(tables, { largeObjects: whole });
  const oids = placesOf(archive.proof, tables).oids;
  await live.load(
    await print(({ kind, oid }) => (kind === 'rows' ? oids.has(oid) : whole && WITH_ALL_ROWS.has(kind))),
  );
  if (!whole) await live.setSequences(tables, archive.scan.sequences);
  await live.putBack();
}

/** What comes with the rows where all of them come. */
const WITH_ALL_ROWS: ReadonlySet<EntryKind> = new Set([
  'sequence value',
  'large object',
  'materialized rows',
]);

/** Of others: they stayed when the database was emptied, and are neither made nor commented on again. */
async function keptExtensions(world: RestoreWorld, database: string): Promise<string[]> {
  const { objects } = await world.target.live.content(database, [], [], new AbortController().signal);
  return objects
    .filter(({ name, mayDrop }) => name.startsWith('extension ') && !mayDrop)
    .map(({ name }) => name.slice('extension '.length).replace(/^"|"$/g, '').replaceAll('""', '"'));
}

function extensionOf(rest: string): string {
  return /^(?:EXTENSION - |COMMENT - EXTENSION )(\S+)/.exec(rest)?.[1]?.replace(/^"|"$/g, '') ?? '';
}

function comparisonOf(settings: RestoreSettings, job: Change, live: LiveChange): Comparison {
  const all = { ...job, scratch: live, text: job.archive.text, connections: 1 };
  if (settings.mode === 'in-place') return all;
  const { places } = placesOf(job.archive.proof, job.tables);
  const whole = settings.mode === 'data-only' && settings.tables.length === 0;
  return { ...all, only: { places, state: whole ? 'values' : 'nothing' }, rename: job.prepared?.rename };
}

function undoOf(world: RestoreWorld, settings: RestoreSettings, { plan, prepared, safety, facts }: Change) {
  const schemas = settings.replaceTables ? [] : [...(prepared?.schemas.values() ?? [])];
  return {
    database: plan.database,
    kept: null,
    safety,
    undo:
      safety === null
        ? ''
        : world.again({ backup: safety, name: plan.safety?.name ?? '', ...(plan.file && { file: '' }) }),
    drop:
      schemas.length === 0 ? '' : dropSchemasCommand({ ...plan.target, ...facts }, plan.database, schemas),
    schemas,
  };
}
