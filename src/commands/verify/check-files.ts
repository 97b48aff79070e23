// The files of one backup, each read from the store to its last byte: proof, roles, and the archive with all it holds.
import type { CatalogBackup } from '../../backups/catalog.ts';
import type { Manifest, StoredFile } from '../../backups/manifest.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import { Problem } from '../../problems/problem.ts';
import { totalsDiffer } from '../../problems/verify.ts';
import { compareWithProof, type DecodedArchive } from '../../proof/compare-archive.ts';
import { parseProof } from '../../proof/parse-proof.ts';
import type { Proof } from '../../proof/proof.ts';
import { plural } from '../../reports/plain-text.ts';
import { formatBytes } from '../../reports/quantities.ts';
import { opened, StoredBytes } from '../stored-bytes.ts';
import type { DecodingWorld } from '../world.ts';
import { decodeArchive } from './decode.ts';
import type { Findings } from './findings.ts';

const NO_IDENTITY = 'it is encrypted and no `age-identity` is set';

export async function checkFiles(
  world: DecodingWorld,
  backup: CatalogBackup,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const { manifest } = backup;
  if (!manifest) throw new Error('the files of a backup without a manifest');
  const look = { world, backup, manifest, findings, signal };
  const proof = await checkProof(look);
  if (manifest.globals) await checkSmall(look, 'roles', manifest.globals);
  else findings.skip('roles', 'they could not be read when it was taken');
  await checkArchive(look, proof);
}

interface Look {
  readonly world: DecodingWorld;
  readonly backup: CatalogBackup;
  readonly manifest: Manifest;
  readonly findings: Findings;
  readonly signal: AbortSignal;
}

async function checkProof(look: Look): Promise<Proof | undefined> {
  const { manifest, findings } = look;
  const bytes = await checkSmall(look, 'proof', manifest.proof);
  if (bytes === undefined) return undefined;
  try {
    const proof = parseProof(bytes, manifest.proof.key);
    const rows = proof.tables.reduce((sum, table) => sum + table.rows, 0);
    if (rows === manifest.totals.rows && proof.tables.length === manifest.totals.tables) {
      findings.pass(
        'proof',
        `${plural(rows, 'row')} in ${plural(proof.tables.length, 'table')}, each with its SHA-256`,
      );
      return proof;
    }
    findings.fail('proof', totalsDiffer('the proof'));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    findings.fail('proof', problem);
  }
  return undefined;
}

/** Its plain bytes; undefined where it failed or could not be opened. Says nothing yet of a proof that is sound. */
async function checkSmall(
  { world, backup, manifest, findings, signal }: Look,
  check: 'proof' | 'roles',
  file: StoredFile,
): Promise<Buffer | undefined> {
  const stored = bytesOf(world, backup, file, signal);
  const isShut = manifest.encryption !== null && world.opener === null;
  try {
    const pieces: Buffer[] = [];
    const plain = isShut ? stored : opened(world, manifest, stored, file.key);
    const failure = await failureOf(async () => {
      for await (const piece of plain) pieces.push(Buffer.from(piece));
    });
    const problems = [await stored.judge(), failure].filter(problem => problem !== undefined);
    if (problems.length > 0) findings.fail(check, ...problems);
    else if (isShut) findings.leaveOpen(check, NO_IDENTITY);
    else if (check === 'roles') findings.pass(check, `${formatBytes(file.bytes)}, as they were stored`);
    return problems.length > 0 || isShut ? undefined : Buffer.concat(pieces);
  } finally {
    await stored.close();
  }
}

async function checkArchive(look: Look, proof: Proof | undefined): Promise<void> {
  const { world, backup, manifest, findings, signal } = look;
  const { archive, encryption, totals } = manifest;
  const startedAt = world.now();
  const stored = bytesOf(world, backup, archive, signal, bytes =>
    world.log.progress({
      what: 'Verifying',
      bytes,
      expectedBytes: archive.bytes,
      elapsedMs: world.now() - startedAt,
    }),
  );
  try {
    const client = await findClient(look);
    const isShut = encryption !== null && world.opener === null;
    const decoded =
      client instanceof Problem || isShut
        ? undefined
        : await decodeArchive({
            plain: opened(world, manifest, stored, archive.key),
            manifest,
            client,
            postgres: world.postgres,
            signal,
          });
    const changed = await stored.judge();
    if (changed) findings.fail('archive', changed);
    else
      findings.pass(
        'archive',
        `${formatBytes(archive.bytes)}, sha256 ${archive.sha256.slice(0, 12)}…, as it was stored`,
      );

    if (isShut) return findings.leaveOpen('contents', NO_IDENTITY);
    if (client instanceof Problem)
      return findings.leaveOpen(
        'contents',
        `no pg_restore ${majorOf(manifest)} or newer could be had: ${client.code} ${client.summary.replace(/\.$/, '')}`,
      );
    if (!decoded) throw new Error('an archive that could be opened was not decoded');
    if ('not' in decoded) return findings.fail('contents', decoded.not);
    const problems = judgeContents(decoded.ok, proof, manifest);
    if (problems.length > 0) return findings.fail('contents', ...problems);
    if (!proof) return findings.leaveOpen('contents', 'there is no sound proof to compare its rows with');
    findings.pass(
      'contents',
      `decoded whole: ${plural(totals.rows, 'row')} in ${plural(totals.tables, 'table')}, each as its proof says`,
    );
  } finally {
    await stored.close();
  }
}

function judgeContents(decoded: DecodedArchive, proof: Proof | undefined, { totals }: Manifest): Problem[] {
  const rows = decoded.scan.tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows !== totals.rows || decoded.scan.tables.length !== totals.tables)
    return [totalsDiffer('the archive')];
  return proof ? compareWithProof(decoded, proof) : [];
}

/** pg_restore reads what its own pg_dump wrote, and what older ones did. A machine without it can still check the bytes. */
async function findClient({ world, manifest, signal }: Look): Promise<ClientFacts | Problem> {
  try {
    return await world.postgres.clientForArchive(majorOf(manifest), signal);
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}

function majorOf({ client }: Manifest): number {
  return Number.parseInt(client.version, 10);
}

function bytesOf(
  world: DecodingWorld,
  { objects, ref }: CatalogBackup,
  file: StoredFile,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): StoredBytes {
  const object = objects.find(({ key }) => key === file.key);
  if (!object) throw new Error(`the catalog says that backup ${ref.id} is whole, without ${file.key}`);
  return new StoredBytes(world, file, object, { signal, ...(onBytes && { onBytes }) });
}

async function failureOf(work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}
