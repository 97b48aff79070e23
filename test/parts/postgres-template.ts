// One initdb for each installation and machine: every server starts on a copy of its data folder, which takes a
// twentieth of the time.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partsFolder, serverUser } from './folder.ts';
import { run } from './run.ts';
import { giveToServer } from './work-folder.ts';

/** PostgreSQL's programs, server and client, in one folder. */
export interface Installation {
  /** Names the template, so that two builds of one major don't share it. */
  name: string;
  binFolder: string;
}

/** Copies a fresh cluster of `postgres` with that password to `target`, owned by the user that servers run as. */
export async function copyTemplate(
  installation: Installation,
  password: string,
  target: string,
): Promise<void> {
  const templates = join(partsFolder, 'postgres-templates');
  const template = join(templates, installation.name);
  if (!existsSync(join(template, 'PG_VERSION'))) {
    await mkdir(templates, { recursive: true });
    giveToServer(templates);
    const fresh = await mkdtemp(join(templates, `.new-${installation.name}-`));
    giveToServer(fresh);
    await initialize(installation, password, fresh);
    // The first of several processes wins.
    await rename(fresh, template).catch(async () => rm(fresh, { recursive: true }));
  }
  await run('cp', ['-a', '--reflink=auto', template, target]);
}

async function initialize({ binFolder }: Installation, password: string, data: string): Promise<void> {
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' };
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8'];
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, `${password}\n`);
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    const args = ['--pgdata', data, '--no-sync', ...locale, ...access];
    await run(join(binFolder, 'initdb'), args, { ...serverUser, env });
  } finally {
    await rm(passwordFile);
  }
}
