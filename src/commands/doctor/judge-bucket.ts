// Judges how a bucket is set up: whether a deletion can be taken back, what its own rules do to backups, and what crashed
// runs left. What the role may not look at is said once, and held against nobody. Pure.
import { manifestsArchived } from '../../problems/doctor.ts';
import { plural } from '../../reports/plain-text.ts';
import type { LifecycleRule, Seen } from '../../storage/setup-port.ts';
import type { BucketFacts, StoreFacts } from './examine-store.ts';
import { type Finding, findingsOf } from './finding.ts';

const store = findingsOf('store');

/** Those that take minutes to days to answer. */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

export function judgeBucket({ bucket, oldUploads }: Pick<StoreFacts, 'bucket' | 'oldUploads'>): Finding[] {
  if (bucket !== null && 'not' in bucket) return bucket.not.map(problem => store.wrong('setup', problem));
  const seen = bucket?.ok;
  return [
    ...(seen ? [...judgeVersioning(seen), ...judgeLock(seen), ...judgeLifecycle(seen)] : []),
    ...judgeUploads(oldUploads),
    ...tellUnseen(seen, oldUploads),
  ];
}

function judgeVersioning({ versioning }: BucketFacts): Finding[] {
  if (versioning === 'forbidden') return [];
  if (versioning !== 'unknown' && versioning.is === 'on')
    return [store.good('versioning', 'The bucket keeps versions: a deleted backup can be brought back.')];
  const how = versioning === 'unknown' ? 'The store knows no versions' : `Versioning is ${versioning.is}`;
  return [
    store.advice(
      'versioning',
      `${how}: what is deleted is gone.`,
      'Turn versioning on where the store has it, with a lifecycle rule that expires old versions; and give the backup a role that may not delete.',
    ),
  ];
}

function judgeLock({ objectLock }: BucketFacts): Finding[] {
  if (typeof objectLock === 'string') return [];
  const words = {
    'by-default': 'Object Lock keeps every new object for a time, whoever wants it gone.',
    possible: 'Object Lock is on, but without a default retention: nothing is locked.',
    off: 'Object Lock is off.',
  }[objectLock.is];
  if (objectLock.is !== 'possible') return [store.good('object-lock', words)];
  return [
    store.advice(
      'object-lock',
      words,
      'Give the bucket a default retention, in governance mode, for as long as the shortest tier lives.',
    ),
  ];
}

function judgeLifecycle({ lifecycle, versioning }: BucketFacts): Finding[] {
  if (lifecycle === 'forbidden') return [];
  const rules = lifecycle === 'unknown' ? [] : lifecycle.is.filter(({ here }) => here);
  const findings = rules.flatMap(judgeRule);
  if (!rules.some(({ abortsUploads }) => abortsUploads))
    findings.push(
      store.advice(
        'lifecycle',
        'No lifecycle rule drops unfinished uploads: parts that a crashed run left cost storage until somebody sweeps them.',
        'Add a rule AbortIncompleteMultipartUpload of one day (some stores drop them by themselves), or run the prune action.',
      ),
    );
  const keepsVersions = typeof versioning !== 'string' && versioning.is === 'on';
  if (keepsVersions && lifecycle !== 'unknown' && !rules.some(({ expiresVersions }) => expiresVersions))
    findings.push(
      store.advice(
        'lifecycle',
        'No lifecycle rule expires old versions: what is pruned goes on costing storage.',
        'Add a rule NoncurrentVersionExpiration for as long as you want to be able to take a deletion back.',
      ),
    );
  if (findings.length > 0) return findings;
  return [
    store.good('lifecycle', `${plural(rules.length, 'lifecycle rule')} in force here; none harms backups.`),
  ];
}

function judgeRule({ id, byTag, expires, movesTo }: LifecycleRule): Finding[] {
  const archive = movesTo.find(storageClass => ARCHIVES.has(storageClass));
  const called = id === '' ? 'without a name' : JSON.stringify(id.slice(0, 100));
  return [
    ...(archive !== undefined && !byTag ? [store.wrong('lifecycle', manifestsArchived(id, archive))] : []),
    ...(archive !== undefined && byTag
      ? [
          store.advice(
            'lifecycle',
            `The lifecycle rule ${called} moves what has its tag to ${archive}, where reading takes hours.`,
            'Let it wait long enough: the newest backup is often the monthly one, and must be at hand.',
          ),
        ]
      : []),
    ...(expires
      ? [
          store.advice(
            'lifecycle',
            `The lifecycle rule ${called} deletes ${byTag ? 'what has its tag' : 'backups'} by age alone${byTag ? '' : ', manifests and archives each by their own'}.`,
            'Let `retention` decide: a rule goes on deleting where backups have failed for a month.',
          ),
        ]
      : []),
  ];
}

function judgeUploads(oldUploads: Seen<number> | null): Finding[] {
  if (oldUploads === null || typeof oldUploads === 'string') return [];
  if (oldUploads.is === 0)
    return [store.good('unfinished-uploads', 'No unfinished upload is older than a day.')];
  return [
    store.advice(
      'unfinished-uploads',
      `${plural(oldUploads.is, 'unfinished upload')} of crashed runs ${oldUploads.is === 1 ? 'is' : 'are'} older than a day.`,
      'The prune action sweeps them, and a lifecycle rule does.',
    ),
  ];
}

function tellUnseen(seen: BucketFacts | undefined, oldUploads: Seen<number> | null): Finding[] {
  const unseen = [
    ...(seen?.versioning === 'forbidden' ? ['versioning'] : []),
    ...(seen?.objectLock === 'forbidden' ? ['Object Lock'] : []),
    ...(seen?.lifecycle === 'forbidden' ? ['lifecycle rules'] : []),
    ...(oldUploads === 'forbidden' ? ['unfinished uploads'] : []),
  ];
  if (unseen.length === 0) return [];
  return [
    store.advice(
      'not-seen',
      `Not allowed to look (403), and a backup need not be: ${unseen.join(', ')}.`,
      'Look at them yourself, or run the doctor once with a role that may (docs/doctor.md).',
    ),
  ];
}
