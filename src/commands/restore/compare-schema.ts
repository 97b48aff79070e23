// Compares what a restored database defines with what its archive does: a restore can end well and still leave a default,
// a check or a privilege otherwise, where something on the server changes what is created (an event trigger, a function
// that an index calls). pg_dump prints both sides, and only of one version does it always use the same words.
import type { ClientFacts } from '../../postgres/port.ts';
import type { Scratch } from '../../postgres/target-port.ts';
import { Problem, type Warning } from '../../problems/problem.ts';
import { schemaNotAsArchived, schemaNotCompared } from '../../problems/schema.ts';
import { compareDefinitions, parseDefinitions, withoutOwners } from '../../proof/definitions.ts';
import { oneLine } from '../../reports/plain-text.ts';
import { readAll } from './obtain.ts';
import type { ObtainingWorld } from './world.ts';

export interface SchemaToCompare {
  /** Of the server that was dumped, and of its pg_dump. */
  readonly source: { readonly serverVersion: string; readonly clientVersion: string };
  readonly client: ClientFacts;
  /** The plain archive on this machine. */
  readonly file: string;
  readonly scratch: Scratch;
  readonly targetMajor: number;
  /** Owners, privileges were left out. */
  readonly noOwner: boolean;
  readonly noAcl: boolean;
}

export interface SchemaDifference {
  /** The same pg_dump made the archive: another minor may have been mended to print something otherwise. */
  readonly certain: boolean;
  /** Beginnings of statements, for people. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

const SHOWN_OF_STATEMENT = 100;

/** undefined: the same, or majors differ, which never agree on every word. */
export async function compareSchema(
  { target }: Pick<ObtainingWorld, 'target'>,
  { source, client, file, scratch, targetMajor, noOwner, noAcl }: SchemaToCompare,
  signal: AbortSignal,
): Promise<SchemaDifference | undefined> {
  const comparable =
    majorOf(source.serverVersion) === targetMajor && majorOf(source.clientVersion) === client.major;
  if (!comparable) return undefined;
  const archived = await readAll(target.printSchema(client, file, { create: false, noAcl }), signal);
  const restored = await readAll(scratch.dumpSchema(client, { noAcl }), signal);
  const read = (printed: Buffer) => {
    const definitions = parseDefinitions(printed.toString('latin1'));
    return noOwner ? withoutOwners(definitions) : definitions;
  };
  const { missing, added } = compareDefinitions(read(archived), read(restored));
  if (missing.length + added.length === 0) return undefined;
  return {
    certain: source.clientVersion === client.version,
    missing: missing.map(shown),
    added: added.map(shown),
  };
}

/** For a server that is somebody else's: it may change what is created and forbid to look, and the restore goes on. */
export async function warnOfSchema(
  world: Pick<ObtainingWorld, 'target'>,
  compared: SchemaToCompare,
  signal: AbortSignal,
): Promise<Warning[]> {
  try {
    const difference = await compareSchema(world, compared, signal);
    return difference ? [schemaNotAsArchived(difference)] : [];
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Problem)) throw error;
    return [schemaNotCompared(error.detail ?? error.summary)];
  }
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

function shown(definition: string): string {
  return oneLine(Buffer.from(definition, 'latin1').toString('utf8'), SHOWN_OF_STATEMENT);
}
