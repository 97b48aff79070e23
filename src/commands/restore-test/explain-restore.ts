// What a failed pg_restore says about the backup. Trouble of the machine and what the test's server lacks is told as such
// and recorded nowhere; everything else speaks against the archive, and nothing is forgiven: a fresh database holds
// nothing that could be in its way.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { Problem, type ProblemCode } from '../../problems/problem.ts';
import { localeUnknown } from '../../problems/restore.ts';
import { extensionsMissing, restoreFailed, restoreOutOfRoom } from '../../problems/restore-test.ts';
import { imageOf } from './extensions.ts';

const PG_RESTORE_FAILED: ProblemCode = 'PGB820';

type Rule = readonly [RegExp, (match: RegExpExecArray, detail: string, major: number) => Problem];

const RULES: readonly Rule[] = [
  [
    /No space left|out of memory|out of shared memory|could not (extend|resize)/i,
    (_m, detail) => restoreOutOfRoom(detail),
  ],
  [
    /extension "([^"]+)" (?:is not available|has no installation script)|could not open extension control file "[^"]*\/([^/"]+)\.control"|could not access file "(?:\$libdir\/)?([^"]+)"/,
    ([, name = '', control = '', library = ''], _detail, major) => {
      const missing = name || control || library;
      return extensionsMissing([{ name: missing, image: imageOf(missing) }], major);
    },
  ],
  [
    /collation "[^"]*" for encoding|could not create locale|invalid locale name|invalid value for parameter "lc_\w+"/,
    (_m, detail) => localeUnknown(detail),
  ],
];

/** The loss of the server is left as it is told: what ended it can't be known. */
export function explainRestore(error: unknown, { manifest }: ChosenBackup): unknown {
  if (!(error instanceof Problem) || error.code !== PG_RESTORE_FAILED) return error;
  const detail = error.detail ?? '';
  if (
    /server closed the connection|terminating connection|Connection refused|connection to server/.test(detail)
  )
    return error;
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(detail);
    if (match) return make(match, detail, Number.parseInt(manifest.server.version, 10));
  }
  return restoreFailed(detail);
}
