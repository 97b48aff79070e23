// The outcome while it comes about: filled in as the story goes on, so that whatever ends the run, what was known by
// then is told.

import { toBackupLines } from '../../backups/choose.ts';
import { TIERS, type Tier } from '../../backups/tier.ts';
import { SHRUNK_CODE } from '../../problems/reports.ts';
import { cancelledAfterCommit, cancelledWith, unfinishedAfterCommit } from '../../problems/run.ts';
import type { BackupLine, BackupOutcome, NewBackup, PruneOutcome } from '../../reports/outcome.ts';
import { shrinkWarnings } from '../../reports/shrink.ts';
import { keptByCount } from '../../retention/expiry.ts';
import { problemsOf, RunDraft } from '../run-draft.ts';
import type { World } from '../world.ts';
import type { Kept } from './keep.ts';
import type { BackupSettings } from './settings.ts';
import type { Survey } from './survey.ts';

/** A file of the report artifact. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

export class Draft extends RunDraft {
  name: string;
  tier: Tier | null = null;
  tierReason: string | null = null;
  source: BackupOutcome['source'] = null;
  backup: NewBackup | null = null;
  history: readonly BackupLine[] = [];
  held: BackupOutcome['held'] = [];
  prune: PruneOutcome | null = null;
  planned = false;
  /** For the report artifact: what a person looks up after the fact. */
  documents: readonly Document[] = [];
  readonly #settings: BackupSettings;

  constructor(world: World, settings: BackupSettings) {
    super(world, settings);
    this.#settings = settings;
    this.name = settings.name ?? '';
  }

  surveyed({ name, tier, tierReason, facts, client, catalog, notes, alarms }: Survey): void {
    this.name = name;
    this.tier = tier;
    this.tierReason = tierReason;
    this.source = {
      database: facts.database,
      host: facts.host,
      serverVersion: facts.serverVersion,
      clientVersion: client.version,
    };
    this.history = toBackupLines(catalog);
    this.holds(this.history);
    this.warn(...notes, ...alarms);
  }

  /** From here on there is a backup, whatever else happens. */
  committed({ manifest, manifestKey }: Kept): void {
    const { archive, totals, retainUntil } = manifest;
    this.backup = {
      id: manifest.id,
      tier: manifest.tier,
      stamp: Date.parse(manifest.stamp),
      bytes: archive.bytes,
      rows: totals.rows,
      tables: totals.tables,
      level: 'stored',
      key: archive.key,
      restoreTested: false,
      held: false,
      manifestKey,
      rawBytes: totals.rawBytes,
      sha256: archive.sha256,
      expiresAt: retainUntil === null ? null : Date.parse(retainUntil),
      keptByCount: this.#settings.policy && keptByCount(manifest.tier, this.#settings.policy),
      compression: archive.compression,
      encrypted: manifest.encryption !== null,
      signed: manifest.signature !== null,
    };
    this.holds([...this.history, this.backup]);
    this.warn(...shrinkWarnings(this.backup, this.history, this.#settings.shrinkGuardPercent));
  }

  /** What the destination holds of this name, by tier in the order of TIERS. */
  holds(lines: readonly BackupLine[]): void {
    const byTier = Map.groupBy(lines, line => line.tier);
    this.held = TIERS.flatMap(tier => {
      const own = byTier.get(tier);
      if (!own) return [];
      const bytes = own.reduce((sum, line) => sum + line.bytes, 0);
      return [{ tier, count: own.length, bytes, newest: Math.max(...own.map(line => line.stamp)) }];
    });
  }

  /** Why nothing may be pruned after this backup: it is far smaller than the ones before it. Half a sentence. */
  doubt(): string | undefined {
    const shrunk = this.backup && this.warnings.find(warning => warning.code === SHRUNK_CODE);
    return shrunk ? 'it is much smaller than the ones before it' : undefined;
  }

  /** After the commit the backup stays good: what failed then is a warning. */
  fail(error: unknown, signal: AbortSignal): void {
    const problems = problemsOf(error, signal, cancel =>
      cancelledWith(cancel, 'no backup was made, nothing was pruned'),
    );
    if (!this.backup) this.found(problems);
    else if (problems.some(problem => problem.kind === 'cancelled')) this.found([cancelledAfterCommit()]);
    else this.warn(...problems.map(unfinishedAfterCommit));
  }

  outcome(): BackupOutcome {
    const { name, tier, tierReason, source, backup, history, held, prune } = this;
    const own = { name, tier, tierReason, source, backup, history, held, prune };
    return { command: 'backup', result: this.#result(), ...this.frame(), ...own };
  }

  #result(): BackupOutcome['result'] {
    if (this.cancelled) return 'cancelled';
    if (this.problems.length > 0) return 'failed';
    if (this.planned) return 'planned';
    return this.loud || (this.prune?.failed.length ?? 0) > 0 ? 'degraded' : 'success';
  }
}
