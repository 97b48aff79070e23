// The demo's steps in order: servers, a database, three backups by hand, one as an action, what it leaves, the proof by
// stock tools that it restores, and then the way back by our own. Any step that doesn't hold rejects.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../src/backups/manifest.ts';
import { parseManifest } from '../../src/backups/parse-manifest.ts';
import { formatBytes, formatCount } from '../../src/reports/quantities.ts';
import type { ActionRun } from '../../test/parts/action-runner.ts';
import { backUpAsAction, backUpByCommandLine, DATABASE } from './backups.ts';
import { comeBack } from './come-back.ts';
import { findPostgres } from './find-postgres.ts';
import { type DemoKeys, makeKeys } from './keys.ts';
import { prove, sizeOf } from './prove.ts';
import type { Screen } from './screen.ts';
import { type Servers, startServers } from './servers.ts';
import { openShop, sell } from './shop.ts';
import { bucketLines, copyBucket, manifestLines, saveJson, slackLines } from './show.ts';

export interface Stage {
  readonly screen: Screen;
  /** `.demo` in the checkout; emptied first. */
  readonly folder: string;
  /** Stops of what was started, first started first. */
  readonly stops: (() => Promise<void>)[];
  /** Resolves when somebody wants the demo to end. */
  readonly interrupted: Promise<unknown>;
}

export async function tellStory(stage: Stage): Promise<void> {
  const { screen, folder } = stage;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const servers = await setUp(stage);
  const keys = await makeKeys(folder);
  await takeEarlierBackups(screen, servers, keys);
  const run = await runTheAction(stage, servers, keys);
  const manifest = await showWhatIsThere(stage, servers, run);
  await prove(screen, servers, keys, manifest, folder);
  await comeBack(screen, servers, keys, folder);
}

async function setUp({ screen, stops }: Stage): Promise<Servers> {
  const found = await screen.step('Get PostgreSQL', async () => {
    const value = await findPostgres();
    return { told: value.told, value };
  });
  const servers = await screen.step('Start PostgreSQL, a stand-in for S3, and one for Slack', async () => {
    const value = await startServers(found, stops);
    return {
      told: `ports ${value.postgres.port}, ${new URL(value.s3.endpoint).port}, ${new URL(value.slack.url).port} of 127.0.0.1`,
      value,
    };
  });
  await screen.step('Load the database of a web shop', async () => {
    await openShop(servers.postgres);
    const size = await sizeOf(servers.postgres, DATABASE);
    const tables = await servers.postgres.psql(
      "select count(*) from pg_class where relkind = 'r' and relnamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information)')",
      DATABASE,
    );
    return { told: `${DATABASE}: ${size} on disk, ${tables} tables`, value: undefined };
  });
  return servers;
}

async function takeEarlierBackups(screen: Screen, servers: Servers, keys: DemoKeys): Promise<void> {
  await screen.step('Take three backups by the command line, while the shop goes on selling', async () => {
    for (const tier of ['weekly', 'daily', 'daily']) {
      const { bytes, seconds } = await backUpByCommandLine(servers, keys, tier);
      screen.block([`${tier.padEnd(8)}${formatBytes(bytes)} in ${seconds.toFixed(1)} s`]);
      await sell(servers.postgres);
    }
    return { told: 'each encrypted with age, signed, decoded, counted', value: undefined };
  });
}

async function runTheAction(
  { screen, folder, interrupted }: Stage,
  servers: Servers,
  keys: DemoKeys,
): Promise<ActionRun> {
  return screen.step("Run the packed action as GitHub's runner does", async () => {
    const show = (line: string) => {
      if (!line.startsWith('##[endgroup]')) screen.block([line.replace(/^##\[group\]/, '')], 'dim');
    };
    const run = await backUpAsAction(servers, keys, interrupted, show);
    await writeFile(join(folder, 'action.log'), run.log);
    await writeFile(join(folder, 'summary.md'), run.summary);
    saveJson(join(folder, 'slack.json'), servers.slack.messages);
    const { result, level, pruned } = run.outputs;
    if (run.conclusion !== 'success' || result !== 'success' || level !== 'stored')
      throw new Error(`The action ended with ${run.conclusion}, result ${result}, level ${level}.`);
    if (servers.slack.messages.length !== 1) throw new Error('The action did not write to Slack.');
    if (run.leftovers.afterPost.length + run.leftovers.processes.length > 0)
      throw new Error(`The action left something behind: ${run.leftovers.afterPost.join(', ')}.`);
    return { told: `result ${result}, level ${level}, ${pruned} old backups pruned`, value: run };
  });
}

/** Resolves with the new backup's manifest, as it was read from the copy of the bucket. */
async function showWhatIsThere(
  { screen, folder }: Stage,
  servers: Servers,
  run: ActionRun,
): Promise<Manifest> {
  const bucket = join(folder, 'bucket');
  const manifest = await screen.step('See what lies in the bucket', async () => {
    const keys = await copyBucket(servers, bucket);
    screen.block(bucketLines(servers));
    const key = run.outputs['manifest-key'] ?? '';
    const parsed = parseManifest(await readFile(join(bucket, key)), key);
    if (!('ok' in parsed)) throw new Error(`The manifest ${key} can't be read.`);
    saveJson(join(folder, 'manifest.json'), parsed.ok);
    return { told: `${formatCount(keys.length)} objects, copied to .demo/bucket`, value: parsed.ok };
  });
  await screen.step("Read the new backup's manifest", async () => {
    screen.block(manifestLines(manifest));
    return { told: '.demo/manifest.json', value: undefined };
  });
  await screen.step('Read the message in Slack', async () => {
    const [message] = servers.slack.messages;
    if (message) screen.block(slackLines(message));
    return { told: '.demo/slack.json; the job summary is .demo/summary.md', value: undefined };
  });
  return manifest;
}
