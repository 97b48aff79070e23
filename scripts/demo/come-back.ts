// The other half of the story, by this project's own commands: a restore test, an accident, the restore that undoes it, the
// gate before a migration, and the page that shows how all of it stands.
import { join } from 'node:path';
import { formatBytes, formatCount, formatDuration } from '../../src/reports/quantities.ts';
import { runsAsRoot } from '../../test/parts/folder.ts';
import { DATABASE } from './backups.ts';
import { databaseOf, runCommand, storeOf } from './command-line.ts';
import type { DemoKeys } from './keys.ts';
import type { Screen } from './screen.ts';
import type { Servers } from './servers.ts';

/** What is lost, as the row count of the shop's customers shows it. */
const COUNT = 'select count(*) from shop.customers';
const ACCIDENT = 'truncate shop.customers cascade';

/** Rejects where a command fails or does not do what it says. */
export async function comeBack(
  screen: Screen,
  servers: Servers,
  keys: DemoKeys,
  folder: string,
): Promise<void> {
  const opened = {
    ...storeOf(servers),
    name: DATABASE,
    'verify-keys': keys.verifyKey,
    'age-identity': keys.ageIdentity,
  };
  const tested = await testRestore(screen, servers, { ...opened, 'signing-key': keys.signingKey });
  await undoAccident(screen, servers, opened);
  await screen.step('Ask the gate whether a migration may run now', async () => {
    const { 'age-identity': _, ...looking } = opened;
    const gate = await runCommand<{ verdict: string; backup: { id: string; level: string } }>(
      servers,
      'gate',
      { ...looking, require: tested ? 'restored' : 'stored', 'max-age': '26h' },
    );
    return {
      told: `${gate.verdict}: backup ${gate.backup.id} is proven to ${gate.backup.level}`,
      value: undefined,
    };
  });
  await screen.step('Draw the status page', async () => {
    const { 'age-identity': _, ...looking } = opened;
    const html = join(folder, 'status.html');
    await runCommand(servers, 'status', { ...looking, retention: 'daily: 1; weekly: 4', html });
    return { told: '.demo/status.html', value: undefined };
  });
}

interface Tested {
  readonly verdict: string;
  readonly server: { readonly isolation: string };
  readonly times: { readonly recovery: number };
  readonly compared: { readonly tables: number; readonly rows: number };
}

async function testRestore(
  screen: Screen,
  servers: Servers,
  inputs: Readonly<Record<string, string>>,
): Promise<boolean> {
  return screen.step('Test that it restores, in a throw-away server', async () => {
    const all = { ...inputs, 'postgres-bin': servers.postgres.binFolder };
    const test = (isolation: string) => runCommand<Tested>(servers, 'restore-test', { ...all, isolation });
    // Who has no rights on this machine can't fence a server off; the demo's own dump may run without.
    const tested = await test('auto').catch(async (refused: Error) => {
      if (!/PGB85[13]/.test(refused.message)) throw refused;
      if (!runsAsRoot) return test('none');
      screen.block(refused.message.split('\n').slice(1));
      return undefined;
    });
    if (!tested) return { told: 'left out: this machine does not let a server run apart', value: false };
    if (tested.verdict !== 'passed') throw new Error(`The restore test says ${tested.verdict}.`);
    const { compared, server, times } = tested;
    screen.block([
      `${formatCount(compared.rows)} rows in ${compared.tables} tables compared, back in ${formatDuration(times.recovery)}`,
      `the dump's own code ran as ${server.isolation}`,
    ]);
    return { told: `${tested.verdict}; the evidence lies beside the backup`, value: true };
  });
}

interface Planned {
  readonly plan: { readonly hash: string; readonly backup: { readonly id: string; readonly bytes: number } };
  readonly restored: { readonly kept: string; readonly undo: string; readonly rows: number } | null;
}

async function undoAccident(
  screen: Screen,
  servers: Servers,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  const { postgres } = servers;
  const before = await postgres.psql(COUNT, DATABASE);
  await screen.step('Have an accident', async () => {
    await postgres.psql(ACCIDENT, DATABASE);
    return { told: `${ACCIDENT}: ${before} customers and all their orders are gone`, value: undefined };
  });
  await screen.step('Restore: plan first, then carry that very plan out', async () => {
    const all = { ...inputs, ...databaseOf(servers, DATABASE) };
    const { plan } = await runCommand<Planned>(servers, 'restore', { ...all, 'dry-run': 'true' });
    screen.block([
      `plan ${plan.hash}: backup ${plan.backup.id}, ${formatBytes(plan.backup.bytes)}; nothing changed yet`,
    ]);
    const settled = { ...all, backup: plan.backup.id, confirm: plan.hash };
    const { restored } = await runCommand<Planned>(servers, 'restore', settled);
    if (!restored) throw new Error('The restore did not put a database in place.');
    if ((await postgres.psql(COUNT, DATABASE)) !== before) throw new Error('Customers are missing.');
    screen.block([
      `${formatCount(restored.rows)} rows compared, then swapped; the old database is kept as ${restored.kept}`,
      'the command that undoes it was printed',
    ]);
    return { told: `${before} customers are back`, value: undefined };
  });
}
