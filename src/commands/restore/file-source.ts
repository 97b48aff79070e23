// A file on this machine as the source of a restore: opened layer by layer, read to its last byte, decoded whole. All of
// that happens before the plan, so that the plan says what is in it; the target has seen nothing by then but questions.
import type { ClientFacts } from '../../postgres/port.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import * as problems from '../../problems/restore-files.ts';
import { changesLive, type PlannedFile } from '../../reports/restore-plan.ts';
import { type Beside, levelOfManifest, readBeside } from './beside.ts';
import { judgeClient } from './client-restricts.ts';
import { examineArchive, examineSql } from './examine.ts';
import { majorOf } from './judge.ts';
import { archivePath, type Obtained } from './obtain.ts';
import { type OpenDump, openDump } from './open-dump.ts';
import type { RestoreSettings } from './settings.ts';
import type { Contents, Described, Source } from './source.ts';
import type { FileWorld } from './world.ts';

export async function openFileSource(
  world: FileWorld,
  settings: Pick<RestoreSettings, 'mode'>,
  path: string,
  signal: AbortSignal,
): Promise<Source> {
  try {
    const dump = await openDump(world, path, signal);
    const beside = await readBeside(world, path, dump.sha256);
    return new FileSource(world, settings, dump, beside);
  } catch (error) {
    await world.disk.remove(archivePath(world));
    throw error;
  }
}

class FileSource implements Source {
  readonly #world: FileWorld;
  readonly #settings: Pick<RestoreSettings, 'mode'>;
  readonly #dump: OpenDump;
  readonly #beside: Beside | null;
  #obtained: Obtained | undefined;

  constructor(
    world: FileWorld,
    settings: Pick<RestoreSettings, 'mode'>,
    dump: OpenDump,
    beside: Beside | null,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#dump = dump;
    this.#beside = beside;
  }

  async describe(facts: TargetFacts, signal: AbortSignal): Promise<Described> {
    const [world, dump, beside] = [this.#world, this.#dump, this.#beside];
    const client = await this.#client(facts, signal);
    const { obtained, extensions, tablesMade } = dump.sql
      ? examineSql(world, { ...dump, sql: dump.sql }, facts)
      : await examineArchive(world, dump, beside, client, signal);
    this.#obtained = obtained;
    const { scan } = obtained;
    const { mode } = this.#settings;
    const isSql = dump.sql !== null;
    if (tablesMade === 0 && scan.tables.length > 0 && (isSql || mode !== 'data-only'))
      throw problems.dataAlone(dump.path);
    const unsuited = isSql && changesLive(mode) ? [problems.notFromSql(`mode: ${mode}`)] : [];
    return {
      planned: { file: plannedFile(dump, beside, obtained, extensions) },
      contents: unsuited.length > 0 ? null : contentsOf(dump, beside, obtained),
      expected: null,
      notes: [
        ...(beside?.proof ? [] : [problems.nothingToCompare(dump.sql?.inserts ?? 0)]),
        ...(beside ? [] : [problems.foreignCode(facts.user, facts.superuser)]),
      ],
      problems: [...unsuited, ...(isSql || changesLive(mode) ? judgeClient(client) : [])],
    };
  }

  async obtain(): Promise<Obtained> {
    if (!this.#obtained) throw new Error('a file is described before it is obtained');
    return this.#obtained;
  }

  close = () => this.#world.disk.remove(archivePath(this.#world));

  #client(facts: TargetFacts, signal: AbortSignal): Promise<ClientFacts> {
    const dumpMajor = majorOf(this.#dump.header?.dumpVersion ?? '') || facts.serverMajor;
    return this.#world.target.clientFor(facts.serverMajor, dumpMajor, signal);
  }
}

function contentsOf(dump: OpenDump, beside: Beside | null, { proof }: Obtained): Contents {
  return {
    encrypted: dump.layers.some(layer => layer === 'age' || layer === 'openssl'),
    identity: beside?.manifest.identity ?? null,
    name: beside?.manifest.name,
    proof: async () => proof,
  };
}

function plannedFile(
  dump: OpenDump,
  beside: Beside | null,
  { scan, proof }: Obtained,
  extensions: readonly string[],
): PlannedFile {
  const { path, format, layers, bytes, plainBytes, sha256, header, sql, writtenAt } = dump;
  const version = (text: string | undefined) => (text ? (text.split(' ')[0] ?? null) : null);
  const manifest = beside?.manifest;
  return {
    path,
    format,
    layers,
    bytes,
    plainBytes,
    sha256,
    writtenAt,
    level: manifest ? levelOfManifest(manifest) : 'decoded',
    backupId: manifest?.id ?? null,
    database: header?.database ?? null,
    serverVersion: version(header?.serverVersion ?? sql?.serverVersion),
    clientVersion: version(header?.dumpVersion ?? sql?.dumpVersion),
    rows: scan.tables.reduce((sum, table) => sum + table.rows, 0),
    tables: scan.tables.length,
    contents: proof.tables.map(({ name, rows }) => ({ name, rows })),
    extensions:
      manifest?.server.extensions ?? extensions.map(name => ({ name, version: null as string | null })),
  };
}
