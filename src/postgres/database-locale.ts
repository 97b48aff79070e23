// The locale with which a database is made, in CREATE DATABASE's words: as the archive's own statement has it, and without
// what another server would not understand.
import { literal } from './sql-text.ts';
import type { DatabaseLocale } from './target-port.ts';

/** What pg_dump writes and every server from 14 on understands, where its own major knows it. */
const KNOWN: ReadonlySet<string> = new Set([
  'ENCODING',
  'LOCALE_PROVIDER',
  'LOCALE',
  'LC_COLLATE',
  'LC_CTYPE',
  'ICU_LOCALE',
  'ICU_RULES',
  'BUILTIN_LOCALE',
]);
/** From here on a cluster may have another provider than libc, and `template0` with it. */
const FIRST_WITH_PROVIDERS = 15;

export function localeWords(locale: DatabaseLocale, serverMajor: number): string[] {
  const words = [...locale]
    .filter(([option]) => KNOWN.has(option))
    .map(([option, value]) => `${option} = ${literal(value)}`);
  // A dump that names none was made by a server that knew only one.
  return serverMajor >= FIRST_WITH_PROVIDERS && !locale.has('LOCALE_PROVIDER')
    ? [...words, "LOCALE_PROVIDER = 'libc'"]
    : words;
}
