// The command line as one file, for a machine that has Node and nothing else: dist/cli.js with everything that it loads
// drawn into it. Made for each release; not in the repository, since dist/ says the same.
import { join } from 'node:path';
import { build } from 'rolldown';
import { root } from './root.ts';

/** `dist` as scripts/build.ts leaves it. */
export async function buildSingleFile(dist: string, file: string): Promise<void> {
  await build({
    input: join(dist, 'cli.js'),
    platform: 'node',
    // What is bundled already was written to be loaded as a whole.
    treeshake: false,
    checks: { invalidAnnotation: false },
    output: { file, format: 'esm', codeSplitting: false },
    logLevel: 'warn',
  });
}

if (import.meta.main) {
  const [file = join(root, 'build', 'cli.js')] = process.argv.slice(2);
  await buildSingleFile(join(root, 'dist'), file);
  console.log(`wrote ${file}`);
}
