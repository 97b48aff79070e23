// Installs a client on a Mac by Homebrew. On a build machine only: nobody's laptop gets software because of a backup.
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { clientNotToBeHad, homebrewFailed } from '../../problems/client.ts';
import { unconnectedEnvironment } from '../child-environment.ts';
import type { ClientFacts } from '../port.ts';
import { lastLines } from '../tool.ts';
import { askClient } from './find-clients.ts';
import type { Machine } from './machine.ts';
import { runProgram } from './run-program.ts';

/** On Apple's own processors, and on Intel's. */
const PREFIXES = ['opt/homebrew', 'usr/local'];

export async function fetchHomebrewClient(major: number, machine: Machine): Promise<ClientFacts> {
  const formula = `postgresql@${major}`;
  const prefix = await findHomebrew(machine);
  if (!prefix || !machine.environment.CI)
    throw clientNotToBeHad(`PostgreSQL client ${major}`, `Run brew install ${formula}.`);
  const { status, stdout, stderr } = await runProgram(
    join(prefix, 'bin/brew'),
    ['install', '--quiet', formula],
    {
      ...unconnectedEnvironment(machine.environment),
      PATH: `${join(prefix, 'bin')}:/usr/bin:/bin:/usr/sbin:/sbin`,
      NONINTERACTIVE: '1',
      HOMEBREW_NO_AUTO_UPDATE: '1',
      HOMEBREW_NO_ANALYTICS: '1',
      HOMEBREW_NO_INSTALL_CLEANUP: '1',
    },
  );
  if (status !== 0) throw homebrewFailed(formula, lastLines(stderr || stdout));
  return askClient({ folder: join(prefix, 'opt', formula, 'bin'), source: 'homebrew' }, machine);
}

async function findHomebrew({ root }: Machine): Promise<string | undefined> {
  for (const prefix of PREFIXES) {
    const brew = join(root, prefix, 'bin/brew');
    const there = await access(brew, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return join(root, prefix);
  }
  return undefined;
}
