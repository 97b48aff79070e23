// Makes the proof of an archive that passed every check.
import { type ArchiveFindings, pairWithBlocks } from './check-archive.ts';
import type { Proof, SchemaProof } from './proof.ts';
import { parseToc } from './toc.ts';

export interface ProvenArchive extends ArchiveFindings {
  readonly schema: SchemaProof;
  readonly validity: Proof['validity'];
}

/** Only after `checkArchive` returned no problem; throws for an archive in which tables and rows don't pair. */
export function buildProof({ toc, scan, scope, counts, schema, validity }: ProvenArchive): Proof {
  return {
    format: 1,
    tables: pairWithBlocks(parseToc(toc), scan, scope).map(({ table, block }) => ({
      oid: table.oid,
      name: table.name,
      rows: block.rows,
      bytes: block.bytes,
      sha256: block.sha256,
      counted: counts?.get(table.oid) ?? null,
      extensionCondition: table.extensionCondition,
      viaRoot: block.viaRoot,
    })),
    largeObjects: scan.largeObjects,
    sequences: scan.sequences,
    toc,
    schema,
    validity,
  };
}
