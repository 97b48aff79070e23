// Asks the client programs that lie on this machine what they are. A broken one is passed over, unless it is the very
// one that was asked for.
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { clientBroken, clientMissing } from '../../problems/postgres.ts';
import { Problem } from '../../problems/problem.ts';
import { unconnectedEnvironment } from '../child-environment.ts';
import type { ClientFacts } from '../port.ts';
import { newestFirst } from './holes.ts';
import type { Machine } from './machine.ts';
import { type Place, usualPlaces } from './places.ts';
import { runProgram } from './run-program.ts';

const PROGRAMS = ['pg_dump', 'pg_restore', 'psql'] as const;

/** All that run, newest first; where several are of one version, the one that stands first on PATH. */
export async function findClients(machine: Machine): Promise<ClientFacts[]> {
  const asked = await Promise.all((await usualPlaces(machine)).map(place => askWhereThere(place, machine)));
  return asked.filter(client => client !== undefined).sort(newestFirst);
}

/** The client of `postgres-bin`. */
export async function clientIn(folder: string, machine: Machine): Promise<ClientFacts> {
  if (!(await holdsClient(folder, machine))) throw clientMissing([folder]);
  return askClient({ folder, source: 'postgres-bin' }, machine);
}

async function askWhereThere(place: Place, machine: Machine): Promise<ClientFacts | undefined> {
  if (!(await holdsClient(place.folder, machine))) return undefined;
  try {
    return await askClient(place, machine);
  } catch (problem) {
    if (problem instanceof Problem) return undefined;
    throw problem;
  }
}

function holdsClient(folder: string, machine: Machine): Promise<boolean> {
  return holds(folder, PROGRAMS, machine);
}

export function holdsServer({ folder }: ClientFacts, machine: Machine): Promise<boolean> {
  return holds(folder, ['initdb', 'postgres'], machine);
}

async function holds(folder: string, programs: readonly string[], machine: Machine): Promise<boolean> {
  const there = await Promise.all(
    programs.map(program =>
      access(programIn(folder, program, machine), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return there.every(Boolean);
}

/** Rejects with `clientBroken` where pg_dump does not tell its version. */
export async function askClient(place: Place, machine: Machine): Promise<ClientFacts> {
  const program = programIn(place.folder, 'pg_dump', machine);
  const environment = unconnectedEnvironment(machine.environment);
  const answer = await runProgram(program, ['--version'], environment);
  const [, version, major] = /\(PostgreSQL\) ((\d+)\S*)/.exec(answer.stdout) ?? [];
  if (answer.status !== 0 || !version || !major) throw clientBroken(program, answer.stderr || answer.stdout);
  const zstd = Number(major) >= 16 && (await writesZstd(program, environment));
  return { ...place, version, major: Number(major), zstd, warnings: [] };
}

/** pg_dump checks its compression before it connects: a build without zstd says so, any other fails to connect. */
async function writesZstd(program: string, environment: Record<string, string>): Promise<boolean> {
  const probe = [
    '--format=custom',
    '--compress=zstd:3',
    '--host=/nonexistent',
    '--no-password',
    '--dbname=none',
  ];
  return !/zstd/i.test((await runProgram(program, probe, environment)).stderr);
}

function programIn(folder: string, program: string, { platform }: Machine): string {
  return join(folder, platform === 'win32' ? `${program}.exe` : program);
}
