// The `compression` input in pg_dump's own words. `auto` is settled once the client is known.

/** Undefined where the text is none of them. Levels as pg_dump takes them. */
export function parseCompression(text: string): 'auto' | string | undefined {
  if (text === 'auto' || text === 'none' || text === 'lz4') return text;
  const [, method, level] = /^(zstd|gzip|lz4):(\d{1,2})$/.exec(text) ?? [];
  const highest = { zstd: 22, gzip: 9, lz4: 12 }[method ?? ''];
  return highest !== undefined && Number(level) >= 1 && Number(level) <= highest ? text : undefined;
}
