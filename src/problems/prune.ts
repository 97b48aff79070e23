// Why a prune of its own did less than its plan, or could not make one. Codes PGB540 to PGB549.
import { Problem, type Warning } from './problem.ts';

const name = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

export function retentionMissing(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB540',
    summary: '`retention` is not set, so there is nothing to prune by.',
    hint: 'Give it the same lines as the backup has. `retention: "daily: forever"` prunes no backup and only sweeps what crashed runs left.',
  });
}

export function asOfUnreadable(text: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB541',
    summary: `\`as-of\` is ${name(text)}, which is neither \`now\` nor a time.`,
    hint: 'Write `now`, or a time in UTC as in `2026-11-21` or `2026-11-21T03:17Z`. It is there for a database that is retired.',
  });
}

export function asOfNeedsName(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB542',
    summary: '`as-of` is set without `name`: it would empty every database at the destination.',
    hint: 'Name the one that is retired.',
  });
}

export function nothingOfName(text: string, place: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB543',
    summary: `Nothing lies under the name ${name(text)} at ${place}.`,
    hint: '`pg-backup list` shows the names that are there. They are told apart by upper and lower case.',
  });
}

/** `reasons` are whole sentences. */
export function pruneHeld(text: string, reasons: string): Problem {
  return new Problem({
    kind: 'integrity',
    code: 'PGB544',
    summary: `Nothing of ${name(text)} was pruned. ${reasons}`,
    hint: 'All backups are kept until this is settled.',
  });
}

export function pruneNeedsConfirm(text: string, reasons: string, hash: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB545',
    summary: `Nothing of ${name(text)} was pruned. ${reasons}`,
    hint: `Look at the plan. If it is what you want, run this again with \`confirm: ${hash}\`.`,
  });
}

export function confirmUnknown(hashes: readonly string[]): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB546',
    summary: `\`confirm\` names ${hashes.join(', ')}, and no plan has that hash.`,
    hint: 'What would go has changed since that plan was printed. Make the plan again with `dry-run: true` and look at it.',
  });
}

/** `why`: half a sentence of the first. */
export function notAllDeleted(text: string, count: number, why: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB547',
    summary: `${count} of what should have gone of ${name(text)} ${count === 1 ? 'is' : 'are'} still there: ${why.replace(/\.$/, '')}.`,
    hint: 'The summary has each with its reason. Where the store refused, grant s3:DeleteObject to the role; what did not go is planned again by the next run.',
  });
}

export function uploadsNotDropped(count: number, why: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB548',
    summary: `${count} unfinished ${count === 1 ? 'upload' : 'uploads'} could not be dropped: ${why.replace(/\.$/, '')}.`,
    hint: 'Grant s3:AbortMultipartUpload to the role, or let a lifecycle rule abort incomplete uploads.',
  });
}

/** The listing is all that was refused: whatever needs no listing goes on. */
export function uploadsNotListed(why: string): Warning {
  return {
    code: 'PGB549',
    summary: `Unfinished uploads could not be listed: ${why}`,
    hint: 'Grant s3:ListBucketMultipartUploads on the bucket, or let a lifecycle rule abort incomplete uploads.',
  };
}

export function pruneCancelled(gone: number): Problem {
  return new Problem({
    kind: 'cancelled',
    code: 'PGB550',
    summary: `The run was cancelled after ${gone} ${gone === 1 ? 'backup was' : 'backups were'} pruned.`,
    hint: 'Each of them is gone whole or left to the next sweep. Start it again for the rest.',
  });
}
