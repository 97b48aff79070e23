// The licences of everything in the bundle, from the packages' own files: ncc's own list names only what the last chunk
// holds.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/** `sources` as in source maps: whatever comes before the last `node_modules/` is of no matter. */
export function collectLicenses(sources: readonly string[]): string {
  const packages = new Set<string>();
  for (const source of sources) {
    const [, path] =
      /node_modules\/(?!.*node_modules\/\.)((?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
    if (path) packages.add(path);
  }
  const texts = [...packages].map(describe).filter(text => text !== undefined);
  return [...new Set(texts)].sort().join('\n');
}

function describe(path: string): string | undefined {
  const folder = join(root, 'node_modules', path);
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : 'No licence file in the package.';
  return `${name} ${version} (${typeof license === 'string' ? license : 'see below'})\n\n${text}\n\n${'-'.repeat(80)}\n`;
}
