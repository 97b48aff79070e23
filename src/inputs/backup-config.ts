// Everything that a backup needs to know, complete and valid: nothing downstream asks whether it is set.
import { isCalendarTier, TIERS, type Tier } from '../backups/tier.ts';
import type { BackupSettings } from '../commands/backup/settings.ts';
import { badCompression, tierNotKept } from '../problems/inputs.ts';
import type { Policy } from '../retention/policy.ts';
import { readBackupName } from './backup-name.ts';
import { parseCompression } from './compression.ts';
import { type ConnectionConfig, readConnection } from './connection.ts';
import { chooseDatabaseUrl } from './database-urls.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import { readPolicySettings } from './policy-config.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { BACKUP_INPUTS } from './specs/backup.ts';

/** What the command is told, and what the entry makes its world of. */
export interface BackupConfig extends Omit<BackupSettings, 'detail' | 'warnings'> {
  readonly connection: ConnectionConfig;
  readonly destination: Destination;
  readonly client: ClientConfig;
  readonly reportArtifact: boolean;
}

export function readBackupInputs(raw: RawInputs, outside: Outside): Read<BackupConfig> {
  return readAll(raw, BACKUP_INPUTS, inputs => readBackup(inputs, outside));
}

/** For a command that takes all of the backup's inputs, and more. */
export function readBackup(inputs: InputReader, { environment, event }: Outside): BackupConfig | undefined {
  refuseEvent(inputs, event, 'A backup');
  const name = readBackupName(inputs);
  const connection = readConnection(inputs, environment, chooseDatabaseUrl(inputs, name));
  const destination = readDestination(inputs);
  const tier = inputs.choice('tier', ['auto', ...TIERS]);
  const pruning = readPolicySettings(inputs);
  warnOfTier(inputs, tier, pruning.policy);
  const config = {
    connection,
    name,
    tier,
    ...pruning,
    prune: inputs.boolean('prune'),
    compression: readCompression(inputs),
    counts: inputs.choice('counts', ['exact', 'off']) === 'exact',
    acceptIdentity: inputs.optional('accept-identity'),
    client: readClient(inputs),
    lockWaitTimeoutMs: inputs.duration('lock-wait-timeout'),
    shrinkGuardPercent: inputs.percent('shrink-guard'),
    reportArtifact: inputs.boolean('report-artifact'),
    allowEmpty: inputs.boolean('allow-empty'),
    dryRun: inputs.boolean('dry-run'),
  };
  return destination && { ...config, destination };
}

function readCompression(inputs: InputReader): string {
  const text = inputs.text('compression');
  const compression = parseCompression(text);
  if (compression !== undefined) return compression;
  inputs.problems.push(badCompression(text));
  return 'auto';
}

function warnOfTier(inputs: InputReader, tier: Tier | 'auto', policy: Policy | null): void {
  const unkept = tier !== 'auto' && policy !== null && isCalendarTier(tier) && !policy[tier];
  if (unkept) inputs.warnings.push(tierNotKept(tier));
}
