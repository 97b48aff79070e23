// Unpacks verified packages into a fresh folder of this run and makes programs of them that find their own libraries.
// Nothing of the system is touched: no apt source, no package database, no cluster.
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchedClientBroken, fetchToolMissing } from '../../problems/client.ts';
import { Problem } from '../../problems/problem.ts';
import { unconnectedEnvironment } from '../child-environment.ts';
import type { ClientFacts } from '../port.ts';
import { askClient } from './find-clients.ts';
import type { DebianName, Machine } from './machine.ts';
import type { VerifiedClient } from './repository.ts';
import { runProgram } from './run-program.ts';

const DPKG_DEB = '/usr/bin/dpkg-deb';

/**
 * Into `folder`, which is this run's own and goes with it. Whoever gets into that folder may run the programs: a server
 * runs as another user.
 */
export async function unpackClient(
  client: VerifiedClient,
  major: number,
  folder: string,
  { triplet }: DebianName,
  machine: Machine,
): Promise<ClientFacts> {
  const fresh = await mkdtemp(join(folder, `client-${major}-`));
  const root = join(fresh, 'root');
  await mkdir(root);
  await chmod(fresh, 0o755);
  for (const path of client.packages) await unpack(client.files.get(path), fresh, root, machine);
  const libraries = ['usr/lib', 'lib'].map(base => join(root, base, triplet)).join(':');
  const bin = await wrap(join(root, `usr/lib/postgresql/${major}/bin`), join(fresh, 'bin'), libraries);
  try {
    return await askClient({ folder: bin, source: 'pgdg' }, machine);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    throw fetchedClientBroken(client.version, client.missing, problem.detail ?? '');
  }
}

async function unpack(
  bytes: Buffer | undefined,
  fresh: string,
  root: string,
  machine: Machine,
): Promise<void> {
  if (!bytes) throw new Error('a package was selected but not read');
  const file = join(fresh, 'package.deb');
  await writeFile(file, bytes);
  const { status, stderr } = await runProgram(
    DPKG_DEB,
    ['--extract', file, root],
    unconnectedEnvironment(machine.environment),
  );
  if (status === 127) throw fetchToolMissing('dpkg-deb', 'dpkg');
  if (status !== 0) throw new Error(`dpkg-deb can't unpack a package that was verified: ${stderr}`);
  await rm(file);
}

/**
 * Where the packages were unpacked is known to nobody but these few lines a program: whoever runs one of them needs no
 * environment for it. `exec` keeps the process id, so that signals arrive.
 */
async function wrap(programs: string, bin: string, libraries: string): Promise<string> {
  await mkdir(bin);
  for (const name of await readdir(programs)) {
    const lines = [
      '#!/bin/sh',
      `LD_LIBRARY_PATH=${quoted(libraries)}`,
      'export LD_LIBRARY_PATH',
      `exec ${quoted(join(programs, name))} "$@"`,
    ];
    await writeFile(join(bin, name), `${lines.join('\n')}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
