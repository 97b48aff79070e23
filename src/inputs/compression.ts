// The `compression` input in pg_dump's own words. `auto` is settled once the client is known.

/** Undefined where the text is none of them. Levels as pg_dump takes them. */
export function parseCompression(text: string): 'auto' | string | undefined {
  if (text === 'auto' || text === 'none' || text === 'lz4') return text;
  const [, method, level] = /^(zstd|gzip|lz4):(\d{1,2})$/.exec(text) ?? [];
  const highest = { zstd: 22, gzip: 9, lz4: 12 }[method ?? ''];
  return highest !== undefined && Number(level) >= 1 && Number(level) <= highest ? text : undefined;
}

/** zstd:3 costs a quarter of gzip:6 and packs better; a client without it falls back to what every client has. */
export function settleCompression(wanted: string, client: { readonly zstd: boolean }): string {
  if (wanted !== 'auto') return wanted;
  return client.zstd ? 'zstd:3' : 'gzip:6';
}
