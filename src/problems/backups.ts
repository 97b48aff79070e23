// What is wrong with a name, or with what lies in the bucket: texts for the catalog's alarms and for the commands that
// must not go on with the newest backup.
import { Problem, type ProblemCode, type Warning } from './problem.ts';

/** Shown in a message: long enough to recognise, too short to flood it. */
const SHOWN = 60;

export function nameUnusable(name: string, why: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB505',
    summary: `\`name\` ${JSON.stringify(shorten(name))} can't be used: ${why}.`,
    hint: 'Set `name` to a short word of your own, as in `name: shop`; keep it the same in every workflow.',
  });
}

/**
 * Why a backup isn't counted. The codes are headings in the documentation; `says` follows the ids, as in "Backup
 * 3f…: …".
 */
const NOT_COUNTED = {
  unreadable: {
    code: 'PGB527',
    says: 'the manifest cannot be read',
    hint: 'Look who wrote to the bucket. The archive may still be sound: restore it by hand with `age` and `pg_restore`.',
  },
  'newer-format': {
    code: 'PGB528',
    says: 'the manifest was written by a newer version of this program',
    hint: 'Use the version that wrote it, in every workflow and on the command line.',
  },
  misplaced: {
    code: 'PGB512',
    says: 'the manifest lies under a key that is not its own',
    hint: 'Somebody copied or renamed objects in the bucket: put them back, or keep other copies under another prefix.',
  },
  'bad-signature': {
    code: 'PGB513',
    says: 'the signature does not fit the manifest',
    hint: 'It was changed after it was signed. Find out who may write to the bucket before you restore anything from it.',
  },
  'unknown-signer': {
    code: 'PGB514',
    says: 'the manifest is signed by a key that is not in `verify-keys`',
    hint: 'Add the public key to `verify-keys` if it is yours; after a rotation both belong there.',
  },
  unsigned: {
    code: 'PGB515',
    says: 'the manifest is not signed, though `verify-keys` is set',
    hint: 'Give the backup its `signing-key`. Backups from before signing was turned on are kept and not counted.',
  },
  'duplicate-id': {
    code: 'PGB516',
    says: 'more than one backup carries this id',
    hint: 'Objects were copied within the bucket: move the copies under another prefix.',
  },
  'file-missing': {
    code: 'PGB517',
    says: 'a file of it is missing or has another size',
    hint: 'Look in the bucket for a deleted version, and who deleted it. Take a new backup now.',
  },
  unproven: {
    code: 'PGB518',
    says: 'the manifest does not show the levels that every backup must reach',
    hint: 'Take a new backup with this version.',
  },
  future: {
    code: 'PGB519',
    says: 'it is dated in the future',
    hint: 'Check the clock of the machine that took it. Nothing is pruned while it lies there; delete it by hand if it is not yours.',
  },
  'back-dated': {
    code: 'PGB520',
    says: 'its date is far from the moment it was stored',
    hint: 'Copying a bucket does this, and so does forging; signed backups are exempt. It is kept, not counted.',
  },
  'other-identity': {
    code: 'PGB521',
    says: 'it is of another server or database than the backups before it',
    hint: 'If that is meant, set `accept-identity` to its fingerprint once; otherwise give the second database a `name` of its own.',
  },
  'failed-test': {
    code: 'PGB522',
    says: 'its newest restore test failed',
    hint: "Read that test's report. The backup counts again once a later restore test of it passes.",
  },
} as const satisfies Record<string, { code: ProblemCode; says: string; hint: string }>;

export type NotCountedReason = keyof typeof NOT_COUNTED;

/** Half a sentence for lists and plans; `detail` is the half sentence of whoever looked. */
export function notCountedWords(reason: NotCountedReason, detail?: string): string {
  const { says } = NOT_COUNTED[reason];
  return detail === undefined ? says : `${says}: ${detail}`;
}

export function backupsNotCounted(reason: NotCountedReason, ids: readonly string[], words: string): Warning {
  const { code, hint } = NOT_COUNTED[reason];
  const which = ids.length === 1 ? 'Backup' : `${ids.length} backups,`;
  return { code, summary: `${which} ${someOf(ids)} not counted: ${words}.`, hint, loud: true };
}

/** The newest backup can't be used, and an older one is not put in its place in silence. */
export function latestUnusable(id: string, reason: NotCountedReason, words: string): Problem {
  const { code, hint } = NOT_COUNTED[reason];
  return new Problem({
    kind: 'integrity',
    code,
    summary: `The newest backup, ${id}, is not usable: ${words}.`,
    hint: `${hint} An older backup can still be named by its id.`,
  });
}

/** A backup that was named, but about which nothing can be believed. */
export function backupUnusable(id: string, reason: NotCountedReason, words: string): Problem {
  const { code, hint } = NOT_COUNTED[reason];
  return new Problem({ kind: 'integrity', code, summary: `Backup ${id} is not usable: ${words}.`, hint });
}

export function noGoodBackup(name: string, found: number): Problem {
  const there = found === 0 ? 'none at all' : `${found} that ${found === 1 ? 'does' : 'do'} not count`;
  return new Problem({
    kind: 'stale',
    code: 'PGB523',
    summary: `There is no good backup of ${JSON.stringify(shorten(name))}: ${there}.`,
    hint: 'Check `name` and `destination`; `pg-backup list` shows what lies there and why it is not counted.',
  });
}

export function identityChanged(fingerprint: string, words: string): Warning {
  return {
    code: 'PGB521',
    summary: `The last backup was of ${words}. Nothing is pruned until this is accepted.`,
    hint: `If it is meant, set \`accept-identity: ${fingerprint}\` once; otherwise give this database a \`name\` of its own.`,
    loud: true,
  };
}

export function predecessorChanged(id: string, previousId: string): Warning {
  return {
    code: 'PGB524',
    summary: `Backup ${previousId} is not what it was when backup ${id} followed it: its manifest has changed.`,
    hint: 'Manifests are never changed by this program. Look in the bucket for an older version of that object.',
    loud: true,
  };
}

export function backupVanished(id: string, tier: string, stamp: string): Warning {
  return {
    code: 'PGB525',
    summary: `The ${tier} backup ${id} of ${stamp} is gone, though \`retention\` would have kept it.`,
    hint: 'Somebody deleted it, or `retention` was stricter until lately. Look in the bucket for a delete marker.',
    loud: true,
  };
}

export function evidenceUnreadable(key: string, why: string): Warning {
  return {
    code: 'PGB526',
    summary: `The restore test's record ${key} is not counted: ${why}.`,
    hint: 'Run the restore test again; with `verify-keys` set it needs a signing key of its own that is among them.',
  };
}

function someOf(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).join(', ');
  return ids.length > 5 ? `${shown} and ${ids.length - 5} more,` : shown;
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
