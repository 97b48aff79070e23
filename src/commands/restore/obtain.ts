// Brings the archive here and believes nothing of it before every check holds: the very version that was planned, the
// SHA-256 of what is stored and of what it opens to, and a full decode that gives the rows and digests of its proof.
// Nothing of this talks to the target.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import type { Manifest } from '../../backups/manifest.ts';
import type { ClientFacts, ToolOutput } from '../../postgres/port.ts';
import type { TextSettings } from '../../postgres/target-port.ts';
import { identityMissing } from '../../problems/keys.ts';
import { Problem, throwAll } from '../../problems/problem.ts';
import { notEnoughRoom } from '../../problems/restore.ts';
import { plainBytesDiffer, storedBytesChanged } from '../../problems/verify.ts';
import { type ArchiveSchema, parseArchiveSchema } from '../../proof/archive-schema.ts';
import { compareWithProof } from '../../proof/compare-archive.ts';
import { CopyScanner, type ScanResult } from '../../proof/copy-scanner.ts';
import { parseDefinitions, proveSchema } from '../../proof/definitions.ts';
import { PROOF_LIMITS, parseProof } from '../../proof/parse-proof.ts';
import type { Proof } from '../../proof/proof.ts';
import type { Cut } from '../../proof/sql-dump-scanner.ts';
import { formatBytes } from '../../reports/quantities.ts';
import { orAborted } from '../or-aborted.ts';
import { makeReadable, type Thaw } from '../thaw.ts';
import type { ObtainingWorld } from './world.ts';

export interface Obtained {
  /** The plain archive on this machine's disk: what is restored is the very file that was verified. */
  readonly file: string;
  readonly scan: ScanResult;
  readonly proof: Proof;
  readonly locale: ReadonlyMap<string, string>;
  readonly roles: ArchiveSchema['roles'];
  /** How the source wrote what its tables hold. */
  readonly text: TextSettings;
  /** null for a backup: everything about it is known. */
  readonly foreign: Foreign | null;
}

/** What has to be told of a file that somebody left, and of no backup. */
export interface Foreign {
  /** In which its tables may have been written as well, to be tried where they read otherwise. */
  readonly otherTexts: readonly TextSettings[];
  /** pg_restore reads a tar with one worker alone. */
  readonly serial: boolean;
  /** It is plain SQL, for psql. */
  readonly sql: ForeignSql | null;
  /** Rejects where the file is not the one that was verified. */
  checkUnchanged(): Promise<void>;
}

export interface ForeignSql {
  /** What psql is not given. */
  readonly cuts: readonly Cut[];
  /** Of all of it. */
  readonly sha256: string;
  read(signal: AbortSignal): AsyncIterable<Buffer>;
}

/** A little more than the archive: nobody wants a disk filled to the last byte. */
const ROOM_BYTES = 64 * 1024 * 1024;

export function archivePath({ disk }: Pick<ObtainingWorld, 'disk'>): string {
  return disk.path('archive.dump');
}

export async function obtain(
  world: ObtainingWorld,
  chosen: ChosenBackup,
  client: ClientFacts,
  thaw: Thaw,
  signal: AbortSignal,
): Promise<Obtained> {
  const { manifest } = chosen;
  const { archive } = manifest;
  const objects = chosen.objects.filter(({ key }) => key === archive.key || key === manifest.proof.key);
  await makeReadable(world, objects, thaw, signal);
  const free = await world.disk.freeBytes();
  if (free < archive.plainBytes + ROOM_BYTES)
    throw notEnoughRoom(formatBytes(archive.plainBytes), formatBytes(free), world.disk.folder);
  const proof = await readProof(world, chosen, signal);
  const file = archivePath(world);
  await download(world, chosen, file, signal);
  const scan = await decode(world, client, file, archive.plainBytes, signal);
  const toc = (await readAll(world.target.printToc(client, file), signal)).toString();
  const printed = await readAll(world.target.printSchema(client, file, { create: false }), signal);
  const schema = proveSchema(parseDefinitions(printed.toString('latin1')));
  throwAll(compareWithProof({ toc, scan, schema }, proof));
  const { locale, roles } = await readSchema(world, chosen, client, file, signal);
  const { encoding, textSettings: settings } = manifest.server;
  const text = { encoding: locale.get('ENCODING') ?? encoding, settings };
  return { file, scan, proof, locale, roles, text, foreign: null };
}

async function readSchema(
  world: ObtainingWorld,
  { manifest: { server } }: ChosenBackup,
  client: ClientFacts,
  file: string,
  signal: AbortSignal,
): Promise<Pick<Obtained, 'locale' | 'roles'>> {
  const read = async (create: boolean) => {
    const printed = await readAll(world.target.printSchema(client, file, { create }), signal);
    return parseArchiveSchema(printed.toString(server.encoding === 'UTF8' ? 'utf8' : 'latin1'));
  };
  try {
    const { locale, roles } = await read(true);
    if (locale) return { locale, roles };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  // A name with a newline: what the manifest says is less (no provider), and enough for all but ICU.
  const { encoding, collate, ctype } = server;
  const locale = { ENCODING: encoding, LC_COLLATE: collate, LC_CTYPE: ctype };
  return { locale: new Map(Object.entries(locale)), roles: (await read(false)).roles };
}

async function download(
  world: ObtainingWorld,
  { manifest: { archive, encryption }, archive: listed }: ChosenBackup,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const { key, bytes } = archive;
  const etag = listed?.etag ?? archive.etag;
  const from = world.now();
  const progress = (done: number) =>
    world.log.progress({
      what: 'Downloading',
      bytes: done,
      expectedBytes: bytes,
      elapsedMs: world.now() - from,
    });
  if (encryption === null) {
    const { sha256 } = await world.store.download(key, { etag, bytes, file, onBytes: progress, signal });
    if (sha256 !== archive.sha256) throw storedBytesChanged(key, bytes, bytes);
    return;
  }
  if (!world.opener) throw identityMissing(key);
  const stored = createHash('sha256');
  const plain = createHash('sha256');
  let read = 0;
  const sealed = async function* () {
    for await (const piece of world.store.stream(key, { etag, bytes, signal })) {
      stored.update(piece);
      read += piece.length;
      progress(read);
      yield piece;
    }
  };
  const opened = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      plain.update(piece);
      yield piece;
    }
  };
  await world.disk.write(file, opened(world.opener.open(sealed(), key)));
  if (stored.digest('hex') !== archive.sha256) throw storedBytesChanged(key, read, bytes);
  if (plain.digest('hex') !== archive.plainSha256) throw plainBytesDiffer(key);
}

async function readProof(
  world: ObtainingWorld,
  { manifest }: ChosenBackup,
  signal: AbortSignal,
): Promise<Proof> {
  const { key } = manifest.proof;
  const found = await world.store.read(key, { maxBytes: PROOF_LIMITS.maxBytes, signal });
  return openProof(world, manifest, found?.bytes ?? Buffer.alloc(0));
}

/** `stored`: what was found in its place. */
export async function openProof(
  world: Pick<ObtainingWorld, 'opener'>,
  { proof, encryption }: Manifest,
  stored: Buffer,
): Promise<Proof> {
  if (createHash('sha256').update(stored).digest('hex') !== proof.sha256)
    throw storedBytesChanged(proof.key, stored.length, proof.bytes);
  if (encryption === null) return parseProof(stored, proof.key);
  if (!world.opener) throw identityMissing(proof.key);
  const pieces: Buffer[] = [];
  for await (const piece of world.opener.open(Readable.from([stored]), proof.key))
    pieces.push(Buffer.from(piece));
  return parseProof(Buffer.concat(pieces), proof.key);
}

export async function decode(
  world: Pick<ObtainingWorld, 'now' | 'log' | 'target'>,
  client: ClientFacts,
  file: string,
  expectedBytes: number,
  signal: AbortSignal,
): Promise<ScanResult> {
  const scanner = new CopyScanner();
  const from = world.now();
  await readThrough(world.target.printData(client, file), signal, piece => {
    scanner.push(piece);
    const { bytes, tablesDone } = scanner;
    if (bytes > expectedBytes / 8)
      world.log.progress({ what: 'Decoding', bytes, tablesDone, elapsedMs: world.now() - from });
  });
  return scanner.end();
}

export async function readAll(tool: ToolOutput, signal: AbortSignal): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await readThrough(tool, signal, piece => {
    pieces.push(Buffer.from(piece));
  });
  return Buffer.concat(pieces);
}

/** To its end, and the tool's exit awaited; on a cancel it is stopped. */
export async function readThrough(
  tool: ToolOutput,
  signal: AbortSignal,
  take: (piece: Buffer) => void,
): Promise<void> {
  const read = async () => {
    for await (const piece of tool.output) take(piece);
    await tool.done;
  };
  try {
    await orAborted(read(), signal);
  } finally {
    await tool.stop();
  }
}
