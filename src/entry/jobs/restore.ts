// The restore: restore/ and `pg-backup restore`. Who confirms it, and how the same call is made again, is told by whoever
// starts it.
import { randomBytes } from 'node:crypto';
import { restore } from '../../commands/restore/restore.ts';
import type { RestoreWorld } from '../../commands/restore/world.ts';
import { OpensslOpener } from '../../encryption/openssl.ts';
import { openLocalFiles } from '../../files/local-files.ts';
import { openUnpacker } from '../../files/unpack.ts';
import { type RestoreConfig, readRestoreInputs } from '../../inputs/restore-config.ts';
import { RESTORE_INPUTS } from '../../inputs/specs/restore.ts';
import { openClients } from '../../postgres/client/clients.ts';
import { openTargetServer } from '../../postgres/target.ts';
import { isFileBeginning } from '../../proof/file-kind.ts';
import { restoreNotice } from '../../reports/restore-notice.ts';
import {
  initialRestoreOutputs,
  type RestoreOutcome,
  restoreOutputsOf,
  restoreToJson,
  restoreVerdict,
} from '../../reports/restore-outcome.ts';
import { renderRestoreSummary, restoreAnnotation } from '../../reports/restore-summary.ts';
import { clientsSetting } from '../clients-setting.ts';
import { openDisk } from '../disk.ts';
import type { Job, Workplace } from '../job.ts';
import { settleJobs } from '../settle-jobs.ts';
import { openingWorld } from '../world.ts';

export type Person = Pick<RestoreWorld, 'ask' | 'again'>;

export function restoreJob(person: Person): Job<RestoreConfig, RestoreOutcome> {
  return {
    specs: RESTORE_INPUTS,
    read: readRestoreInputs,
    async run(config, workplace, signal) {
      const world = restoreWorld(config, workplace, person);
      const settings = { ...config, ...workplace.shown, jobs: settleJobs(config.jobs) };
      try {
        return await restore(world, settings, signal);
      } finally {
        world.store.close();
      }
    },
    unstarted: frame => ({ command: 'restore', ...frame, plan: null, restored: null }),
    notice: restoreNotice,
    initialOutputs: initialRestoreOutputs,
    outputs: restoreOutputsOf,
    verdict: restoreVerdict,
    annotation: restoreAnnotation,
    summary: renderRestoreSummary,
    json: restoreToJson,
    afterwards: ({ restored }) => [
      ...(restored?.undo ? [`To undo it:\n  ${restored.undo}`] : []),
      ...(restored?.drop ? [`To drop the old database one day:\n  ${restored.drop}`] : []),
    ],
  };
}

function restoreWorld(config: RestoreConfig, workplace: Workplace, person: Person): RestoreWorld {
  const { environment, folder, run } = workplace;
  return {
    ...openingWorld(config.destination, workplace),
    target: openTargetServer({
      connection: config.connection,
      clients: openClients(clientsSetting({ ...config, compression: 'none' }, workplace)),
      folder,
      own: environment,
    }),
    disk: openDisk(folder),
    files: openLocalFiles(),
    unpacker: openUnpacker(environment.PATH ?? ''),
    passwordOpener:
      config.filePassword === undefined ? null : new OpensslOpener(config.filePassword, isFileBeginning),
    random: randomBytes,
    run: { url: run.url },
    ...person,
  };
}
