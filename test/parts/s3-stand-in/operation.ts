// What an operation gets to work with, and the ways in which a lesser store differs from S3.
import type { Bucket } from './buckets.ts';
import type { Answer, Call } from './call.ts';
import type { ContentFolder } from './content.ts';

/** Each is a habit of a store that people use; all off imitates S3 itself. */
export interface Variants {
  /** `If-None-Match: *` is accepted and not heeded (Garage, older Ceph). */
  readonly ignoresIfNoneMatch?: boolean;
  /** Checksum headers are neither verified nor given back. */
  readonly noChecksums?: boolean;
  /** Requests with checksum headers are answered by 501 NotImplemented (R2 in 2025). */
  readonly refusesChecksums?: boolean;
  /** The ETag says nothing about the content, as with SSE-KMS. */
  readonly opaqueEtags?: boolean;
  /** Tagging is answered by 501 NotImplemented. */
  readonly noTagging?: boolean;
}

export interface Work {
  readonly call: Call;
  readonly bucket: Bucket;
  readonly buckets: Map<string, Bucket>;
  readonly content: ContentFolder;
  readonly variants: Variants;
  readonly now: Date;
  /** How long an archived object takes to come back after RestoreObject, in milliseconds. */
  readonly restoreTakesMs: number;
  /** Whether the caller's policies allow an action besides the one that the operation itself needs. */
  readonly allows: (action: string, resource: string) => boolean;
  /** Set by a fault: the stored bytes are to be spoilt after every check has passed. */
  readonly spoilsStored: boolean;
}

export type Operation = (work: Work) => Answer | Promise<Answer>;

export const xmlAnswer = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
});
