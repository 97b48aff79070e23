// Whether psql can be kept from running commands of its own, whatever a script holds that somebody else wrote: by the
// `\restrict` that came with these minors. pg_restore of the same minors begins its scripts with it.
import type { ClientFacts } from '../../postgres/port.ts';
import type { Problem } from '../../problems/problem.ts';
import { psqlUnrestricted } from '../../problems/restore-files.ts';

/** By major; newer ones have had it from the start, older ones never got it. */
const FIRST_MINORS: Readonly<Record<number, number>> = { 13: 22, 14: 19, 15: 14, 16: 10, 17: 6 };
const NEWEST = 17;

export function judgeClient({ version, major }: Pick<ClientFacts, 'version' | 'major'>): Problem[] {
  if (major > NEWEST) return [];
  const minor = Number.parseInt(version.split('.')[1] ?? '', 10);
  const first = FIRST_MINORS[major];
  if (first !== undefined && minor >= first) return [];
  return [psqlUnrestricted(version, first === undefined ? 'a newer major' : `${major}.${first}`)];
}
