// What came back from a server that was told something: the start of its answer, how long it asks to wait, or why there
// was no answer. All of it is foreign text: whoever shows it makes it harmless first.

/** Such servers answer with a word; more is somebody else's page, of which a little is enough. */
const ANSWER_BYTES = 4_096;

export async function readStart(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString();
}

/** 1 where the header is missing or a date. */
export function secondsToWait(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? 1);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : 1;
}

/** The innermost cause: fetch wraps what happened in "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble';
  if (error.cause instanceof Error) return reasonOf(error.cause);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message || code || error.name;
}
