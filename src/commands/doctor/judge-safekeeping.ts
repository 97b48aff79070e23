// Judges what no server can be asked: keys, retention, who is told, and the job itself. Pure, but that the signing key is
// tried against the verify keys.
import type { Tier } from '../../backups/tier.ts';
import { signingKeyMissing, signingKeyNotTrusted } from '../../problems/doctor.ts';
import { plural } from '../../reports/plain-text.ts';
import { formatBytes } from '../../reports/quantities.ts';
import type { NameStatus } from '../../reports/status.ts';
import { type Policy, printRule } from '../../retention/policy.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { DoctorSettings } from './settings.ts';
import type { DoctorWorld, Workshop } from './world.ts';

const keys = findingsOf('keys');
const retention = findingsOf('retention');
const telling = findingsOf('telling');
const job = findingsOf('job');

const TRIAL = Buffer.from('pg-backup doctor: is this signature trusted?');

export function judgeKeys({
  encryption,
  signer,
  verifier,
}: Pick<DoctorWorld, 'encryption' | 'signer' | 'verifier'>): readonly Finding[] {
  return [judgeEncryption(encryption?.recipients ?? 0), judgeSigning({ signer, verifier })];
}

function judgeEncryption(recipients: number): Finding {
  if (recipients === 0)
    return keys.advice(
      'encryption',
      'Backups are not encrypted before they are sent: whoever may read the bucket can read the data.',
      'Set `age-recipients` (docs/encryption-and-signing.md) before the first backup that matters.',
    );
  if (recipients === 1)
    return keys.advice(
      'encryption',
      'Backups are encrypted to one key: who loses it has lost every backup.',
      'Add a second recipient whose identity is kept offline.',
    );
  return keys.good('encryption', `Backups are encrypted to ${recipients} keys.`);
}

function judgeSigning({ signer, verifier }: Pick<DoctorWorld, 'signer' | 'verifier'>): Finding {
  if (signer === null)
    return verifier === null
      ? keys.advice(
          'signing',
          'Backups are not signed: whoever may write to the bucket can put one of their own there.',
          'Set `signing-key` for the backup, and `verify-keys` for everybody else (docs/encryption-and-signing.md).',
        )
      : keys.wrong('signing', signingKeyMissing());
  if (verifier && verifier.verify(TRIAL, signer.sign(TRIAL)) !== 'valid')
    return keys.wrong('signing', signingKeyNotTrusted());
  return keys.good('signing', 'Backups are signed, by a key that is trusted here.');
}

/** `status`: undefined where the store or the name is not known. */
export function judgeRetention(
  { policy, prune, minKeep, maxDelete }: Pick<DoctorSettings, 'policy' | 'prune' | 'minKeep' | 'maxDelete'>,
  status: NameStatus | undefined,
): readonly Finding[] {
  if (policy === null)
    return [
      retention.advice(
        'policy',
        'There is no `retention`: nothing is ever pruned, and the bucket grows.',
        'Say how long to keep what, as in `daily: 30d; weekly: 12w; monthly: 12` (docs/tiers-and-retention.md).',
      ),
    ];
  return [
    retention.good(
      'policy',
      `Kept are ${printPolicy(policy)}, and always the newest ${minKeep} good ones${prune ? '' : '; `prune` is off, so another job must prune'}.`,
    ),
    ...judgePlan(status, maxDelete),
    ...judgeTiers(policy, status),
  ];
}

function judgePlan(status: NameStatus | undefined, maxDelete: number): Finding[] {
  const plan = status?.prune;
  if (!plan || plan.keep.length + plan.delete.length === 0) return [];
  if (plan.stopped !== null)
    return [
      retention.advice(
        'plan',
        `A prune now would delete nothing: ${plan.stopped}`,
        `Look at it with \`pg-backup prune\`, which only plans by default (\`max-delete\` is ${maxDelete}).`,
      ),
    ];
  const words = `A prune now would keep ${plural(plan.keep.length, 'backup')} and delete ${plan.delete.length}.`;
  return [retention.good('plan', words)];
}

function judgeTiers(policy: Policy, status: NameStatus | undefined): Finding[] {
  const loose = (status?.tiers ?? []).filter(({ tier, count }) => count > 0 && policy[tier] === undefined);
  if (loose.length === 0) return [];
  const shown = loose.map(({ tier, count, bytes }) => `\`${tier}\` (${count}, ${formatBytes(bytes)})`);
  return [
    retention.advice(
      'tiers',
      `Tiers without a rule are kept for ever: ${shown.join(', ')}.`,
      'Give them a line in `retention`, or write `forever` to say that it is meant.',
    ),
  ];
}

function printPolicy(policy: Policy): string {
  return (Object.keys(policy) as Tier[])
    .map(tier => `\`${tier}: ${(policy[tier] ?? []).map(printRule).join(', ')}\``)
    .join(', ');
}

export function judgeTelling({ messages, ping }: Workshop): readonly Finding[] {
  return [
    messages.length > 0
      ? telling.good('messages', `People are told by: ${messages.join(', ')}. Nothing was sent now.`)
      : telling.advice(
          'messages',
          'Nobody is told of a failure but by what GitHub sends to whoever set up the schedule.',
          'Set `slack-webhook-url`, `email-to` or `webhook-url`.',
        ),
    ping
      ? telling.good('ping', 'A service is pinged after each backup, and misses a run that never came.')
      : telling.advice(
          'ping',
          'Nobody notices when no run starts: GitHub delays and drops scheduled runs, and stops schedules.',
          'Set `ping-url` (docs/notifications.md), or let the status action run in a workflow of its own.',
        ),
  ];
}

export function judgeJob(
  { event, credentials, cores, freeBytes }: Workshop,
  databaseBytes: number | null,
): readonly Finding[] {
  return [
    ...(event === null
      ? []
      : [
          job.good(
            'event',
            `Started by \`${event}\`. Whether a \`concurrency\` group keeps two runs apart can't be seen from inside.`,
          ),
        ]),
    ...judgeCredentials(credentials),
    judgeMachine(cores, freeBytes, databaseBytes),
  ];
}

function judgeCredentials(credentials: Workshop['credentials']): Finding[] {
  switch (credentials) {
    case 'none':
      return [];
    case 'role':
      return [job.good('credentials', "The role of `aws-role` is taken with the job's own token.")];
    case 'elsewhere':
      return [job.good('credentials', 'Credentials come from the AWS environment.')];
    case 'long-lived-keys':
      return [
        job.advice(
          'credentials',
          'The store is reached by a long-lived access key (AKIA…), which works until somebody revokes it.',
          'Let the job take a role instead: `aws-role` and `permissions: id-token: write` (docs/iam.md).',
        ),
      ];
  }
}

function judgeMachine(cores: number, freeBytes: number, databaseBytes: number | null): Finding {
  const words = `${plural(cores, 'core')}, ${formatBytes(freeBytes)} free in the work folder. A backup streams and needs next to none of it`;
  const tight = databaseBytes !== null && freeBytes < 2 * databaseBytes;
  if (!tight) return job.good('machine', `${words}.`);
  return job.advice(
    'machine',
    `${words}; a restore test of this database may need more.`,
    'Nothing for backups. Run restore tests on a machine with twice the size of the database free.',
  );
}
