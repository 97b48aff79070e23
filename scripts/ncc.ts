// ncc through its own interface, because the command line can't give a source map without also shipping it; the map's
// list of sources is what the licences are collected from.
import { createRequire } from 'node:module';

interface NccResult {
  readonly code: string;
  readonly map: string;
  readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
}
type Ncc = (entry: string, options: Readonly<Record<string, unknown>>) => Promise<NccResult>;

export interface Bundle {
  /** By name, `index.js` among them. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Paths of every file that was bundled. */
  readonly sources: readonly string[];
}

export async function bundle(entry: string): Promise<Bundle> {
  const ncc = createRequire(import.meta.url)('@vercel/ncc') as Ncc;
  const { code, map, assets } = await ncc(entry, {
    cache: false,
    esm: true,
    quiet: true,
    sourceMap: true,
    sourceMapRegister: false,
    assetBuilds: false,
    target: 'es2022',
  });
  const sources = [...(JSON.parse(map) as { sources: string[] }).sources];
  const files: Record<string, string | Buffer> = { 'index.js': withoutMapComment(code) };
  for (const [name, { source }] of Object.entries(assets)) {
    if (name.endsWith('.map'))
      sources.push(...(JSON.parse(source.toString()) as { sources: string[] }).sources);
    else if (name !== 'sourcemap-register.cjs' && name !== 'package.json') {
      files[name] = name.endsWith('.js') ? withoutMapComment(source.toString()) : source;
    }
  }
  return { files, sources };
}

function withoutMapComment(code: string): string {
  return code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
}
