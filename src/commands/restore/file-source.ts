// A file on this machine as the source of a restore: opened layer by layer, read to its last byte, decoded whole. All of
// that happens before the plan, so that the plan says what is in it; the target has seen nothing by then but questions.
import { createHash } from 'node:crypto';
import type { LocalFile, LocalFolder } from '../../files/port.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import { notEnoughRoom } from '../../problems/restore.ts';
import * as problems from '../../problems/restore-files.ts';
import { type ArchiveHeader, parseArchiveHeader } from '../../proof/archive-header.ts';
import { type SqlDump, SqlDumpScanner } from '../../proof/sql-dump-scanner.ts';
import { TarWalk } from '../../proof/tar-walk.ts';
import { formatBytes, formatMoment } from '../../reports/quantities.ts';
import type { PlannedFile } from '../../reports/restore-plan.ts';
import { type Beside, levelOfManifest, readBeside } from './beside.ts';
import { examineArchive, examineSql } from './examine.ts';
import { majorOf } from './judge.ts';
import { archivePath, type Obtained } from './obtain.ts';
import { type Peeled, peel } from './peel.ts';
import type { RestoreSettings } from './settings.ts';
import type { Described, Source } from './source.ts';
import type { FileWorld } from './world.ts';

/** Kept free on the disk while layers are taken off: how much comes out is known only then. */
const ROOM_BYTES = 64 * 1024 * 1024;

/** The dump as it lies open on this machine's disk. */
export interface OpenDump {
  /** As it was given. */
  readonly path: string;
  /** What pg_restore or the scanner reads: the file itself, or what came out of its layers. */
  readonly file: string;
  readonly format: PlannedFile['format'];
  readonly layers: Peeled['layers'];
  readonly bytes: number;
  readonly plainBytes: number;
  /** Of the file as it lies there; of a folder, over the names and digests of its files. */
  readonly sha256: string;
  readonly plainSha256: string;
  readonly header: ArchiveHeader | null;
  readonly sql: SqlDump | null;
  readonly writtenAt: string;
  readonly changed: string;
}

export async function openFileSource(
  world: FileWorld,
  settings: Pick<RestoreSettings, 'mode'>,
  path: string,
  signal: AbortSignal,
): Promise<Source> {
  try {
    const found = await world.files.look(path);
    const dump =
      found.kind === 'folder' ? await openFolder(world, found) : await openFile(world, found, signal);
    const beside = await readBeside(world, path, dump.sha256);
    return new FileSource(world, settings, dump, beside);
  } catch (error) {
    await world.disk.remove(archivePath(world));
    throw error;
  }
}

class FileSource implements Source {
  readonly chosen = null;
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
    const { obtained, extensions, tablesMade } = dump.sql
      ? examineSql(world, { ...dump, sql: dump.sql }, facts)
      : await examineArchive(world, dump, beside, await this.#client(facts, signal), signal);
    this.#obtained = obtained;
    const { scan } = obtained;
    if (tablesMade === 0 && scan.tables.length > 0) throw problems.dataAlone(dump.path);
    const { mode } = this.#settings;
    const unsuited =
      mode === 'swap' || mode === 'new-database' ? [] : [problems.fileForMode(`mode: ${mode}`)];
    return {
      planned: { file: plannedFile(dump, beside, obtained, extensions) },
      notes: [
        ...(beside?.proof ? [] : [problems.nothingToCompare(dump.sql?.inserts ?? 0)]),
        ...(beside ? [] : [problems.foreignCode(facts.user, facts.superuser)]),
      ],
      problems: unsuited,
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

async function openFolder(world: FileWorld, folder: LocalFolder): Promise<OpenDump> {
  const toc = folder.files.find(({ name }) => name === 'toc.dat');
  if (!toc)
    throw problems.notADump(
      folder.path,
      'a folder without `toc.dat`',
      'Give the folder that `pg_dump --format=directory` made, or a file.',
    );
  const digest = createHash('sha256');
  let head = Buffer.alloc(0);
  for (const { name, path } of folder.files) {
    const own = createHash('sha256');
    for await (const piece of world.files.read(path)) {
      own.update(piece);
      if (name === 'toc.dat' && head.length < 65_536) head = Buffer.concat([head, piece]);
    }
    digest.update(`${own.digest('hex')}  ${name}\n`);
  }
  const sha256 = digest.digest('hex');
  const header = headerOf(head, folder.path);
  return {
    path: folder.path,
    file: folder.path,
    format: 'directory',
    layers: [],
    bytes: folder.bytes,
    plainBytes: folder.bytes,
    sha256,
    plainSha256: sha256,
    header,
    sql: null,
    writtenAt: header.dumpedAt,
    changed: folder.changed,
  };
}

/** One pass: the file is hashed, its layers come off, and what is inside is read as far as no tool is needed for it. */
async function openFile(world: FileWorld, found: LocalFile, signal: AbortSignal): Promise<OpenDump> {
  const { path } = found;
  const peeled = await peel(world, path);
  const [own, plain] = [createHash('sha256'), createHash('sha256')];
  const from = world.now();
  let read = 0;
  const sealed = async function* () {
    for await (const piece of world.files.read(path)) {
      signal.throwIfAborted();
      own.update(piece);
      read += piece.length;
      world.log.progress({
        what: 'Reading',
        bytes: read,
        expectedBytes: found.bytes,
        elapsedMs: world.now() - from,
      });
      yield piece;
    }
  };
  const tar = peeled.format === 'tar' ? new TarWalk() : null;
  const scanner = peeled.format === 'sql' ? new SqlDumpScanner() : null;
  let plainBytes = 0;
  const opened = async function* () {
    for await (const piece of peeled.open(sealed())) {
      plain.update(piece);
      plainBytes += piece.length;
      tar?.push(piece);
      scanner?.push(piece);
      yield piece;
    }
  };
  const isBare = peeled.layers.length === 0;
  if (isBare) for await (const _ of opened());
  else await world.disk.write(archivePath(world), withRoom(world, opened()));
  if (tar) judgeTar(tar, path);
  const header =
    peeled.format === 'sql' ? null : headerOf(tar ? tar.toc.subarray(0, tar.tocBytes) : peeled.head, path);
  return {
    path,
    file: isBare ? path : archivePath(world),
    format: peeled.format,
    layers: peeled.layers,
    bytes: found.bytes,
    plainBytes,
    sha256: own.digest('hex'),
    plainSha256: plain.digest('hex'),
    header,
    sql: scanner?.end() ?? null,
    writtenAt: header?.dumpedAt ?? formatMoment(found.modifiedAt),
    changed: isBare ? found.changed : '',
  };
}

async function* withRoom(world: FileWorld, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let unchecked = ROOM_BYTES;
  for await (const piece of pieces) {
    if (unchecked >= ROOM_BYTES) {
      const free = await world.disk.freeBytes();
      if (free < 2 * ROOM_BYTES) throw notEnoughRoom('more', formatBytes(free), world.disk.folder);
      unchecked = 0;
    }
    unchecked += piece.length;
    yield piece;
  }
}

function headerOf(head: Buffer, path: string): ArchiveHeader {
  const header = parseArchiveHeader(head);
  if (!header) throw problems.dumpDamaged(`the header of ${path} can't be read`);
  return header;
}

function judgeTar(tar: TarWalk, path: string): void {
  const verdict = tar.end();
  switch (verdict.is) {
    case 'whole':
      return;
    case 'cut':
      throw problems.dumpDamaged(`the tar breaks off at byte ${verdict.at}`);
    case 'damaged':
      throw problems.dumpDamaged(`what stands before byte ${verdict.at} of the tar is no member of it`);
    case 'packed-folder':
      throw problems.notADump(
        path,
        'a folder that was packed by tar',
        'Unpack it (tar -xf), and give the folder that holds `toc.dat`.',
      );
    case 'base-backup':
      throw problems.notADump(
        path,
        'a physical copy of a whole server, as pg_basebackup makes it',
        'Start a server of the same major from it, and dump the database that you want.',
      );
    case 'no-dump':
      throw problems.notADump(
        path,
        `a tar archive that begins with ${verdict.first}`,
        'Unpack it, and give the dump that is in it.',
      );
  }
}
