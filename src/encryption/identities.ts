// Reads the private keys that open backups. What is no identity is refused before anything is downloaded: a mistake here
// is found out on the worst day. No part of a key is ever repeated in a text.
import { Decrypter } from 'age-encryption';
import {
  identitiesEmpty,
  identityLocked,
  identityNotOurs,
  identityTwice,
  identityUnreadable,
  recipientAsIdentity,
} from '../problems/keys.ts';
import type { Problem } from '../problems/problem.ts';

export type ParsedIdentities =
  | { readonly identities: readonly string[] }
  | { readonly problems: readonly Problem[] };

/** The content of an identity file as `age-keygen` writes it: one a line, `#` comments, blank lines. All problems at once. */
export function parseIdentities(text: string): ParsedIdentities {
  if (/^\s*(-----BEGIN AGE ENCRYPTED FILE-----|age-encryption\.org\/)/.test(text))
    return { problems: [identityLocked()] };
  const entries = text
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
  if (entries.length === 0) return { problems: [identitiesEmpty()] };

  const problems = entries.flatMap((entry, index) => {
    const problem = judge(entry, index + 1) ?? judgeRepeat(entries, index);
    return problem ? [problem] : [];
  });
  // A private key of another kind is one block over many lines: told once.
  const kinds = problems.filter(({ code }, at) => problems.findIndex(other => other.code === code) === at);
  if (/PRIVATE KEY-----/.test(text)) return { problems: kinds.slice(0, 1) };
  return problems.length > 0 ? { problems } : { identities: entries };
}

function judge(entry: string, position: number): Problem | undefined {
  if (/^age1/.test(entry)) return recipientAsIdentity(position);
  if (/^AGE-PLUGIN-|PRIVATE KEY-----|^ssh-/i.test(entry)) return identityNotOurs(position);
  return isUsable(entry) ? undefined : identityUnreadable(position);
}

function judgeRepeat(entries: readonly string[], index: number): Problem | undefined {
  const first = entries.indexOf(entries[index] ?? '');
  return first < index ? identityTwice(index + 1, first + 1) : undefined;
}

function isUsable(entry: string): boolean {
  try {
    new Decrypter().addIdentity(entry);
    return true;
  } catch {
    // The library's own error could quote the key.
    return false;
  }
}
