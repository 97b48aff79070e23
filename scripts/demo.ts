// `npm run demo`: a database is backed up by the action as GitHub's runner starts it, the backup is proven with stock
// tools, tested, and restored after an accident; all of it on this machine. What is left to look at lies in .demo/.
import { join } from 'node:path';
import { Screen } from './demo/screen.ts';
import { tellStory } from './demo/story.ts';
import { root } from './root.ts';

const STATUS_OF = { SIGINT: 130, SIGTERM: 143 } as const;

const screen = new Screen();
const stops: (() => Promise<void>)[] = [];
const startedAt = performance.now();

const interrupted = new Promise<number>(resolve => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(STATUS_OF[signal]));
});

/** Resolves with the exit status; every server is stopped by then. */
async function runDemo(): Promise<number> {
  const folder = join(root, '.demo');
  try {
    const told = tellStory({ screen, folder, stops, interrupted }).then(() => 0);
    const status = await Promise.race([told, interrupted]);
    // What the story still waits for fails as its servers go.
    told.catch(() => {});
    return status;
  } catch (error) {
    screen.line(`\n${screen.style('red', 'That did not hold.')}`);
    screen.block((error instanceof Error ? error.message : String(error)).split('\n'));
    return 1;
  } finally {
    // Last started, first stopped: what still runs would wait for what is gone.
    for (const stop of stops.toReversed()) await stop();
  }
}

function close(status: number): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  if (status === 0) {
    screen.line(
      `\n${screen.style('green', 'Everything held')}, in ${seconds} s; the servers are stopped. Try next:\n`,
    );
    screen.block([
      `node dist/cli.js list --destination file://${join(root, '.demo', 'bucket')} --verify-keys @.demo/verify-key.pem`,
      'open .demo/status.html in a browser, and .demo/summary.md, which is what the run page on GitHub shows',
      'read the quick start in README.md, and back up a database of your own',
    ]);
  } else screen.line(`\nEnded after ${seconds} s; the servers are stopped.`);
}

const status = await runDemo();
close(status);
process.exit(status);
