// Programs of the tests that come as Go modules, pinned, built once into the parts folder. The Go checksum database
// (or GOSUMDB's stand-in) vouches for their source.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { partsFolder } from './folder.ts';
import { run } from './run.ts';
import { findOnPath } from './stock-tools.ts';

const GO_PROGRAMS = {
  versitygw: {
    module: 'github.com/versity/versitygw/cmd/versitygw',
    version: 'v1.8.0',
    override: 'VERSITYGW_BIN',
  },
  minio: {
    module: 'github.com/minio/minio',
    version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
    override: 'MINIO_BIN',
  },
  actionlint: {
    module: 'github.com/rhysd/actionlint/cmd/actionlint',
    version: 'v1.7.12',
    override: 'ACTIONLINT_BIN',
  },
  act: { module: 'github.com/nektos/act', version: 'v0.2.89', override: 'ACT_BIN' },
} as const;
export type GoProgram = keyof typeof GO_PROGRAMS;

function builtFolder(name: GoProgram): string {
  return join(partsFolder, 'bin', `${name}-${GO_PROGRAMS[name].version}`);
}

/** Where the program lies: what its environment variable (`VERSITYGW_BIN`, `MINIO_BIN`, …) names, or the one built here. */
export function goProgramPath(name: GoProgram): string {
  return process.env[GO_PROGRAMS[name].override] ?? join(builtFolder(name), name);
}

export function isGoProgramBuilt(name: GoProgram): boolean {
  return existsSync(goProgramPath(name));
}

/** Where Go's own installer and Debian put it, for a PATH that names neither, as that of a service. */
function findGo(): string {
  const usual = ['/usr/local/go/bin/go', '/usr/lib/go/bin/go', '/opt/homebrew/bin/go'].find(existsSync);
  const found = findOnPath('go') ?? usual;
  if (found === undefined) throw new Error('install Go first (https://go.dev/dl), it is built from source');
  return found;
}

/** Builds the program unless it is there; takes one or two minutes the first time. */
export async function buildGoProgram(name: GoProgram): Promise<void> {
  if (isGoProgramBuilt(name)) return;
  const { module, version, override } = GO_PROGRAMS[name];
  if (process.env[override] !== undefined) throw new Error(`${override} names no file`);
  await mkdir(join(partsFolder, 'bin'), { recursive: true });
  const work = await mkdtemp(join(partsFolder, 'bin', '.build-'));
  try {
    const env = { ...process.env, GOBIN: join(work, name), GOFLAGS: '' };
    await run(findGo(), ['install', `${module}@${version}`], { cwd: work, env });
    await run('chmod', ['-R', 'a+rX', work]);
    await rename(join(work, name), builtFolder(name)).catch(error => {
      if (!isGoProgramBuilt(name)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
