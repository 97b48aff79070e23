// What every run that made no backup has in common, whatever went wrong: it says what, by its code, and leaves nothing.
import { expect } from 'vitest';
import type { BackupSeen } from './backup-run.ts';

/** Of the parts' servers, stores and roles: none of these may ever be said. */
const SECRETS = /Sup3ruser-pass|S3cret-of-the-part|stand-in-owner-secret|pw-of-|%70w-of/;

interface Trouble {
  readonly codes: readonly string[];
  readonly exit?: number;
  /** All of them must be said. */
  readonly says?: readonly (string | RegExp)[];
  /** What was in the store before; default: nothing. */
  readonly keys?: readonly string[];
}

export function expectTrouble(seen: BackupSeen, { codes, exit = 1, says = [], keys = [] }: Trouble): void {
  expect(seen.codes, seen.said).toEqual(codes);
  expect(seen).toMatchObject({ exit, keys, unfinished: 0, leftProcesses: [], leftFiles: [] });
  expect(seen.outcome.backup).toBeNull();
  expect(seen.said).not.toMatch(SECRETS);
  expect(seen.said).not.toMatch(/undefined|NaN|\[object /);
  for (const words of [...codes, ...says]) expect(seen.said).toMatch(words);
}
