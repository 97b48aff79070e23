// Whether an archive still holds what its proof says: the same tables with the same rows, to the last byte of their COPY
// text, the same large objects and sequence values, the same definitions.
import type { Problem } from '../problems/problem.ts';
import { contentsDiffer } from '../problems/restore-test.ts';
import { definitionsDiffer } from '../problems/schema.ts';
import { largeObjectsDifferFromProof, sequencesDifferFromProof, tablesDiffer } from '../problems/verify.ts';
import { checkArchive, pairWithBlocks } from './check-archive.ts';
import { compareContents } from './compare-contents.ts';
import type { ScanResult } from './copy-scanner.ts';
import type { LargeObjectProof, Proof, SchemaProof, SequenceProof } from './proof.ts';
import { parseToc } from './toc.ts';

export interface DecodedArchive {
  /** What `pg_restore --list` printed. */
  readonly toc: string;
  readonly scan: ScanResult;
  readonly schema: SchemaProof;
}

/** Everything that differs. Throws a Problem if the table of contents can't be read. */
export function compareWithProof({ toc, scan, schema }: DecodedArchive, proof: Proof): Problem[] {
  const shape = checkArchive({ toc, scan, scope: proof.tables, counts: null });
  if (shape.length > 0) return shape;
  const proven = new Map(proof.tables.map(table => [table.oid, table]));
  const differing = pairWithBlocks(parseToc(toc), scan, proof.tables).filter(({ table, block }) => {
    const { rows, bytes, sha256 } = proven.get(table.oid) ?? {};
    return block.rows !== rows || block.bytes !== bytes || block.sha256 !== sha256;
  });
  return [
    ...(differing.length > 0 ? [tablesDiffer(differing.map(({ table }) => table.name))] : []),
    ...compareLargeObjects(scan.largeObjects, proof.largeObjects),
    ...compareSequences(scan.sequences, proof.sequences),
    ...compareSchema(schema, toc, proof),
  ];
}

/** The table of contents names what it can; a default or a check of a column does not stand in it. */
function compareSchema({ sha256 }: SchemaProof, toc: string, proof: Proof): Problem[] {
  if (proof.schema === null || proof.schema.sha256 === sha256) return [];
  const { missing, added } = compareContents(proof.toc, toc);
  return [missing.length + added.length > 0 ? contentsDiffer(missing, added) : definitionsDiffer()];
}

function compareLargeObjects(
  found: readonly LargeObjectProof[],
  proven: readonly LargeObjectProof[],
): Problem[] {
  const byOid = new Map(proven.map(object => [object.oid, object]));
  const differing = found.filter(({ oid, bytes, sha256 }) => {
    const object = byOid.get(oid);
    byOid.delete(oid);
    return object?.bytes !== bytes || object.sha256 !== sha256;
  });
  const oids = [...differing.map(({ oid }) => oid), ...byOid.keys()];
  return oids.length > 0 ? [largeObjectsDifferFromProof(oids)] : [];
}

function compareSequences(found: readonly SequenceProof[], proven: readonly SequenceProof[]): Problem[] {
  const longer = found.length > proven.length ? found : proven;
  const at = longer.findIndex((_, index) => {
    const [one, other] = [found[index], proven[index]];
    return one?.name !== other?.name || one?.value !== other?.value || one?.called !== other?.called;
  });
  return at === -1 ? [] : [sequencesDifferFromProof(longer[at]?.name ?? '')];
}
