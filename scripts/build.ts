// Builds dist/: tsc, then one bundle by ncc, then the stubs that the runner and npm start, and the licences of what is
// bundled. The same sources and lock file give the same bytes; `npm run check` holds dist/ to that.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTIONS } from './actions.ts';
import { collectLicenses } from './licenses.ts';
import { bundle } from './ncc.ts';
import { root } from './root.ts';

/** What the runner (`main`, `post`) and npm (`bin`) start; each a few lines over the one bundle. */
const STUBS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ACTIONS.map(({ stub, start }) => [`${stub}.js`, stubOf(start)])),
  'cleanup.js': stubOf('runCleanup'),
  'cli.js':
    "#!/usr/bin/env node\nimport { runCli } from './index.js';\n\nprocess.exitCode = await runCli(process.argv.slice(2));\n",
};

function stubOf(start: string): string {
  return `import { ${start} } from './index.js';\n\nprocess.exit(await ${start}());\n`;
}

/** Into `folder`, which is emptied first. */
export async function build(folder: string): Promise<void> {
  const compiled = mkdtempSync(join(tmpdir(), 'pg-backup-build-'));
  try {
    // Inside the checkout, because the bundler looks for packages from the importing file upwards.
    const out = join(root, 'build');
    rmSync(out, { recursive: true, force: true });
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
      {
        cwd: root,
        stdio: 'inherit',
      },
    );
    const { files, sources } = await bundle(join(out, 'index.js'));
    rmSync(folder, { recursive: true, force: true });
    for (const [name, text] of Object.entries({ ...files, ...STUBS })) {
      writeFileSync(join(compiled, name), text);
    }
    writeFileSync(join(compiled, 'package.json'), '{\n  "type": "module"\n}\n');
    writeFileSync(join(compiled, 'licenses.txt'), collectLicenses(sources));
    cpSync(compiled, folder, { recursive: true });
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const dist = join(root, 'dist');
  await build(dist);
  for (const name of readdirSync(dist).sort()) {
    console.log(
      `${String(Math.ceil(readFileSync(join(dist, name)).length / 1024)).padStart(7)} KiB  dist/${name}`,
    );
  }
}
