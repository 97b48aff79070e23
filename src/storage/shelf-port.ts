// A place for small files that other programs read: a status page, a badge, metrics. Unlike a store it overwrites, which is
// why it is another port, and nothing here ever reads from it.

export interface Shelf {
  /** For people, e.g. `s3://bucket/prefix`. */
  readonly place: string;
  /** Whoever reads meanwhile sees the old file or the new one, whole. Throws `Problem`. Retried; idempotent. */
  put(
    file: string,
    text: string,
    options: { readonly contentType: string; readonly signal: AbortSignal },
  ): Promise<void>;
  close(): void;
}
