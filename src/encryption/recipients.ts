// Reads the list of people who may open the backups. Strict, since a mistake here is found out on the worst day:
// an archive that nobody can open, or a private key lying where everybody can read it.
import { Encrypter } from 'age-encryption';
import {
  identityAsRecipient,
  recipientsEmpty,
  recipientTwice,
  recipientUnreadable,
} from '../problems/keys.ts';
import type { Problem } from '../problems/problem.ts';

export type ParsedRecipients =
  | { readonly recipients: readonly string[] }
  | { readonly problems: readonly Problem[] };

/** One recipient a line; blank lines and lines that start with `#` don't count. All problems at once, in order. */
export function parseRecipients(text: string): ParsedRecipients {
  const entries = text
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
  if (entries.length === 0) return { problems: [recipientsEmpty()] };

  const problems = entries.flatMap((entry, index) => {
    const problem = judge(entry, index + 1) ?? judgeRepeat(entries, index);
    return problem ? [problem] : [];
  });
  return problems.length > 0 ? { problems } : { recipients: entries };
}

function judge(entry: string, position: number): Problem | undefined {
  if (/AGE-SECRET-KEY-|AGE-PLUGIN-|PRIVATE KEY/i.test(entry)) return identityAsRecipient(position);
  if (isUsable(entry)) return undefined;
  return recipientUnreadable(position, looksPublic(entry) ? entry.slice(0, 8) : undefined);
}

function judgeRepeat(entries: readonly string[], index: number): Problem | undefined {
  const first = entries.indexOf(entries[index] ?? '');
  return first < index ? recipientTwice(index + 1, first + 1) : undefined;
}

/** X25519 and post-quantum alone: kinds whose identity is a plain file, so that no plugin is needed to open a backup. */
function isUsable(entry: string): boolean {
  if (!/^age1(pq1)?[02-9ac-hj-np-z]+$/.test(entry)) return false;
  try {
    new Encrypter().addRecipient(entry);
    return true;
  } catch {
    return false;
  }
}

/** Anything else may be a password or key that was pasted into the wrong field. */
function looksPublic(entry: string): boolean {
  return /^(age1|ssh-(ed25519|rsa) )/.test(entry);
}
