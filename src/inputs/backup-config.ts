// Everything that a backup needs to know, complete and valid: nothing downstream asks whether it is set. What is wrong
// is collected, so that one run shows all of it.
import { isCalendarTier, TIERS, type Tier } from '../backups/tier.ts';
import type { BackupSettings } from '../commands/backup/settings.ts';
import { badCompression, tierNotKept } from '../problems/inputs.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import type { Policy } from '../retention/policy.ts';
import { readBackupName } from './backup-name.ts';
import { parseCompression } from './compression.ts';
import { type ConnectionConfig, readConnection } from './connection.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import type { KeyTexts } from './key-texts.ts';
import { readPolicySettings } from './policy-config.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import { BACKUP_INPUTS } from './specs/backup.ts';

/** What the command is told, and what the entry makes its world of. `detail` is settled by the entry: it depends on the run. */
export interface BackupConfig extends Omit<BackupSettings, 'detail'> {
  readonly connection: ConnectionConfig;
  readonly destination: Destination;
  readonly client: ClientConfig;
  readonly timeoutMs: number;
  readonly slackOn: 'always' | 'failure' | 'change';
  readonly reportArtifact: boolean;
}

export interface BackupInputs {
  /** undefined where a problem leaves no valid config. */
  readonly config: BackupConfig | undefined;
  readonly keys: KeyTexts;
  readonly detail: 'auto' | 'full' | 'minimal';
  readonly problems: readonly Problem[];
}

export function readBackupInputs(
  raw: RawInputs,
  environment: NodeJS.ProcessEnv,
  event: string | null,
): BackupInputs {
  const inputs = new InputReader(raw, BACKUP_INPUTS);
  const connection = readConnection(inputs, environment);
  const destination = readDestination(inputs);
  const tier = inputs.choice('tier', ['auto', ...TIERS]);
  const { policy, ...pruning } = readPolicySettings(inputs);
  refuseEvent(inputs, event, 'A backup');

  const rest = {
    connection,
    name: readBackupName(inputs),
    tier,
    policy,
    ...pruning,
    prune: inputs.boolean('prune'),
    compression: readCompression(inputs),
    counts: inputs.choice('counts', ['exact', 'off']) === 'exact',
    acceptIdentity: inputs.optional('accept-identity'),
    client: readClient(inputs),
    lockWaitTimeoutMs: inputs.duration('lock-wait-timeout'),
    timeoutMs: inputs.duration('timeout'),
    shrinkGuardPercent: inputs.percent('shrink-guard'),
    slackOn: inputs.choice('slack-on', ['always', 'failure', 'change']),
    reportArtifact: inputs.boolean('report-artifact'),
    allowEmpty: inputs.boolean('allow-empty'),
    dryRun: inputs.boolean('dry-run'),
    warnings: [...connection.warnings, ...warnOfTier(tier, policy)],
  };
  const keys = {
    ageRecipients: inputs.optional('age-recipients'),
    signingKey: inputs.optional('signing-key'),
    verifyKeys: inputs.optional('verify-keys'),
    slackWebhookUrl: inputs.optional('slack-webhook-url'),
  };
  const detail = inputs.choice('detail', ['auto', 'full', 'minimal']);
  const config = inputs.problems.length === 0 && destination ? { ...rest, destination } : undefined;
  return { config, keys, detail, problems: inputs.problems };
}

function readCompression(inputs: InputReader): string {
  const text = inputs.text('compression');
  const compression = parseCompression(text);
  if (compression !== undefined) return compression;
  inputs.problems.push(badCompression(text));
  return 'auto';
}

function warnOfTier(tier: Tier | 'auto', policy: Policy | null): Warning[] {
  const unkept = tier !== 'auto' && policy !== null && isCalendarTier(tier) && !policy[tier];
  return unkept ? [tierNotKept(tier)] : [];
}
