// A folder of PostgreSQL client programs in which one is not what it seems: a script of the test's own in its place,
// which may run the real one. So a dump can die, or a tool say anything, at will.
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

/** `script` is for /bin/sh; `$REAL` is the real program. Gone at this process's end. Questions for the version pass by. */
export function falseClient(binFolder: string, program: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'false-client-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(binFolder)) {
    if (name !== program) symlinkSync(join(binFolder, name), join(folder, name));
  }
  const real = join(binFolder, program);
  writeFileSync(
    join(folder, program),
    `#!/bin/sh
REAL='${real}'
case "$*" in *--version*|*/nonexistent*) exec "$REAL" "$@";; esac
${script}
`,
  );
  chmodSync(join(folder, program), 0o755);
  return folder;
}
