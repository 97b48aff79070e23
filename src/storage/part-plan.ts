// How large each part of a multipart upload is. S3 ends an object at 10,000 parts of at most 5 GiB, and a stream's
// length is only estimated beforehand, so the plan must bend before it breaks.

const MIB = 1024 * 1024;
export const MOST_PARTS = 10_000;
export const LARGEST_PART = 5 * 1024 * MIB;
export const SMALLEST_PART = 8 * MIB;

/** Parts of one size up to here (some stores demand equal parts); the rest is for streams that outgrow the estimate. */
const EVEN_PARTS = 9_000;
/** Beyond the even ones the size doubles every so many parts: room for ten times an estimate of 100 GiB. */
const STEP = 100;
/** What buffers may take together, as long as two parts fit. */
const BUFFER_BUDGET = 160 * MIB;

/** Size of the even parts in bytes, a whole number of MiB, so that `expectedBytes` fit into them. */
export function evenPartBytes(expectedBytes: number, smallest = SMALLEST_PART): number {
  const needed = Math.ceil(expectedBytes / EVEN_PARTS);
  if (needed <= smallest) return smallest;
  return Math.min(LARGEST_PART, Math.ceil(needed / MIB) * MIB);
}

/** Size in bytes of the part with this number (from 1), given the size of the even ones. */
export function partBytes(evenBytes: number, partNumber: number): number {
  if (partNumber <= EVEN_PARTS) return evenBytes;
  const doublings = Math.ceil((partNumber - EVEN_PARTS) / STEP);
  return Math.min(LARGEST_PART, evenBytes * 2 ** doublings);
}

/** How many parts of this size may be on the wire while the next one is filled. */
export function partsInFlight(bytes: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(BUFFER_BUDGET / bytes) - 1));
}
