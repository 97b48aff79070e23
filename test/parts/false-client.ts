// A folder of PostgreSQL client programs in which some are not what they seem: a script of the test's own in their place,
// which may run the real one. So a dump can die, or a tool say anything, at will.
import { chmodSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `script` is for /bin/sh; `$REAL` is the real program. Questions for the version pass by. The caller removes the folder.
 */
export function falseClient(binFolder: string, programs: string | readonly string[], script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'false-client-'));
  for (const name of readdirSync(binFolder)) {
    const real = join(binFolder, name);
    const path = join(folder, name);
    if (![programs].flat().includes(name)) {
      symlinkSync(real, path);
      continue;
    }
    writeFileSync(
      path,
      `#!/bin/sh
REAL='${real}'
case "$*" in *--version*|*/nonexistent*) exec "$REAL" "$@";; esac
${script}
`,
    );
    chmodSync(path, 0o755);
  }
  return folder;
}
