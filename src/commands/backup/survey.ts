// Everything a backup asks of the world before it changes anything: server, client, store, and what lies there already.
import { acceptsIdentity, type Catalog } from '../../backups/catalog.ts';
import type { Instant } from '../../backups/instant.ts';
import type { Identity } from '../../backups/manifest.ts';
import type { Tier } from '../../backups/tier.ts';
import type { ClientFacts, SourceFacts } from '../../postgres/port.ts';
import type { Problem, Warning } from '../../problems/problem.ts';
import { chooseTier } from '../../retention/due.ts';
import { orAborted } from '../or-aborted.ts';
import type { CatalogReader } from '../read-catalog.ts';
import type { World } from '../world.ts';
import { judge } from './preflight.ts';
import type { BackupSettings } from './settings.ts';

export interface Survey {
  readonly name: string;
  readonly facts: SourceFacts;
  readonly client: ClientFacts;
  readonly identity: Identity;
  /** The first of its name, the same as the last accepted one, or accepted by its fingerprint now. */
  readonly identityAccepted: boolean;
  readonly catalog: Catalog;
  /** The later of this machine's clock and the store's. */
  now(): Instant;
  readonly tier: Tier;
  readonly tierReason: string | null;
  readonly problems: readonly Problem[];
  /** What the backup will lack or hold although it is whole: kept in the manifest too. */
  readonly notes: readonly Warning[];
  /** What is told about backups that lie there already. */
  readonly alarms: readonly Warning[];
}

export async function survey(
  world: World,
  facts: SourceFacts,
  reader: CatalogReader,
  settings: BackupSettings,
  signal: AbortSignal,
): Promise<Survey> {
  const client = await orAborted(world.postgres.clientFor(facts.serverMajor, signal), signal);
  const name = settings.name ?? facts.database;
  const identity: Identity = { system: facts.systemIdentifier, host: facts.host, database: facts.database };
  const storeTime = await world.store.time(signal);
  const lead = Math.max(0, storeTime - world.now());
  const now = () => world.now() + lead;
  const catalog = await reader.read({ name, identity, accepted: acceptedBy(settings), now: now() }, signal);
  const judged = judge(
    { source: facts, now: world.now(), storeTime },
    {
      allowEmpty: settings.allowEmpty,
      counts: settings.counts,
      encrypted: world.encryption !== null,
    },
  );
  const history = catalog.backups
    .filter(backup => backup.standing === 'good')
    .map(({ ref }) => ({ tier: ref.tier, stamp: ref.stamp }));
  const chosen =
    settings.tier === 'auto'
      ? chooseTier({ policyTiers: policyTiers(settings), history, now: now(), timezone: settings.timezone })
      : { tier: settings.tier, reason: null };
  return {
    name,
    facts,
    client,
    identity,
    identityAccepted: acceptsIdentity(catalog, identity),
    catalog,
    now,
    tier: chosen.tier,
    tierReason: chosen.reason,
    problems: judged.problems,
    notes: [...client.warnings, ...judged.notes],
    alarms: catalog.alarms,
  };
}

export function acceptedBy(settings: BackupSettings): string[] {
  return settings.acceptIdentity === undefined ? [] : [settings.acceptIdentity];
}

function policyTiers({ policy }: BackupSettings): Tier[] {
  return policy === null ? [] : (Object.keys(policy) as Tier[]);
}
