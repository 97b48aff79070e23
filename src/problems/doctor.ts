// What the doctor alone can find wrong; whatever a backup itself would fail on has its own code. Codes PGB680 to PGB689.
import { Problem, type Warning } from './problem.ts';

export function signingKeyNotTrusted(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB680',
    summary: '`signing-key` is not the private half of any of the `verify-keys`.',
    hint: 'Add its public half (`openssl pkey -in key.pem -pubout`) to `verify-keys` everywhere: until then what this job signs counts for nobody.',
  });
}

export function signingKeyMissing(): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB681',
    summary:
      '`verify-keys` is set and `signing-key` is not: backups of this job would be unsigned, and not counted.',
    hint: 'Give the backup its `signing-key` as well, or leave `verify-keys` out.',
  });
}

/** `rule`: its name; '' where it has none. */
export function manifestsArchived(rule: string, storageClass: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB682',
    summary: `The lifecycle rule ${JSON.stringify(rule.slice(0, 100))} moves all that lies at the destination to ${storageClass}, manifests too.`,
    hint: 'Limit the rule to objects with the tag `pg-backup-tier`: only archives have it, and every run reads manifests.',
  });
}

/** Of backups that lie there already: what would stop a restore, a gate or a prune. */
export function backupsInDoubt({ code, summary, hint }: Warning): Problem {
  return new Problem({
    kind: 'integrity',
    code: 'PGB683',
    summary: `The backups that are there need a look (${code}): ${summary}`,
    hint,
  });
}
