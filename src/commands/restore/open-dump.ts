// Opens a file or folder that somebody left, in one pass: it is hashed, its layers come off, and what is inside is read as
// far as that takes no tool of PostgreSQL.
import { createHash } from 'node:crypto';
import type { LocalFile, LocalFolder } from '../../files/port.ts';
import { notEnoughRoom } from '../../problems/restore.ts';
import * as problems from '../../problems/restore-files.ts';
import { type ArchiveHeader, parseArchiveHeader } from '../../proof/archive-header.ts';
import { type SqlDump, SqlDumpScanner } from '../../proof/sql-dump-scanner.ts';
import { TarWalk } from '../../proof/tar-walk.ts';
import { formatBytes, formatMoment } from '../../reports/quantities.ts';
import type { PlannedFile } from '../../reports/restore-plan.ts';
import { archivePath } from './obtain.ts';
import { type Peeled, peel } from './peel.ts';
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

export async function openDump(world: FileWorld, path: string, signal: AbortSignal): Promise<OpenDump> {
  const found = await world.files.look(path);
  return found.kind === 'folder' ? openFolder(world, found) : openFile(world, found, signal);
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
