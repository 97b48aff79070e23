// The restore test: restore-test/ and `pg-backup restore-test`.
import { randomBytes } from 'node:crypto';
import { restoreTest } from '../../commands/restore-test/restore-test.ts';
import type { RestoreTestWorld } from '../../commands/restore-test/world.ts';
import { type RestoreTestConfig, readRestoreTestInputs } from '../../inputs/restore-test-config.ts';
import { RESTORE_TEST_INPUTS } from '../../inputs/specs/restore-test.ts';
import type { Connection } from '../../postgres/child-environment.ts';
import { openClients } from '../../postgres/client/clients.ts';
import { openTargetServer } from '../../postgres/target.ts';
import { throwAwayServers } from '../../postgres/throw-away-server.ts';
import { restoreTestNotice } from '../../reports/restore-test-notice.ts';
import {
  initialRestoreTestOutputs,
  type RestoreTestOutcome,
  restoreTestOutputsOf,
  restoreTestToJson,
} from '../../reports/restore-test-outcome.ts';
import { renderRestoreTestSummary } from '../../reports/restore-test-summary.ts';
import { restoreTestAnnotation, restoreTestVerdict } from '../../reports/restore-test-verdict.ts';
import { clientsSetting } from '../clients-setting.ts';
import { openDisk } from '../disk.ts';
import type { Job, Workplace } from '../job.ts';
import { settleJobs } from '../settle-jobs.ts';
import { openingWorld } from '../world.ts';

const NOWHERE: Connection = { environment: {}, keywords: {}, password: undefined };

export const restoreTestJob: Job<RestoreTestConfig, RestoreTestOutcome> = {
  specs: RESTORE_TEST_INPUTS,
  read: readRestoreTestInputs,
  async run(config, workplace, signal) {
    const world = restoreTestWorld(config, workplace);
    const settings = { ...config, ...workplace.shown, jobs: settleJobs(config.jobs) };
    try {
      return await restoreTest(world, settings, signal);
    } finally {
      world.store.close();
    }
  },
  unstarted: frame => ({
    command: 'restore-test',
    ...frame,
    verdict: null,
    name: '',
    backup: null,
    server: null,
    times: { obtain: null, restore: null, firstQuery: null, recovery: null, bytesPerSecond: null },
    compared: null,
    evidenceKey: null,
    earlier: [],
  }),
  notice: restoreTestNotice,
  initialOutputs: initialRestoreTestOutputs,
  outputs: restoreTestOutputsOf,
  verdict: restoreTestVerdict,
  annotation: restoreTestAnnotation,
  summary: renderRestoreTestSummary,
  json: restoreTestToJson,
  afterwards: () => [],
};

function restoreTestWorld(config: RestoreTestConfig, workplace: Workplace): RestoreTestWorld {
  const { environment, folder, run } = workplace;
  const clients = openClients(clientsSetting({ ...config, compression: 'none' }, workplace));
  const open = (connection: Connection) =>
    openTargetServer({ connection, clients, folder, own: environment });
  return {
    ...openingWorld(config.destination, workplace),
    signer: workplace.keys.signer,
    disk: openDisk(folder),
    random: randomBytes,
    archives: open(NOWHERE),
    service: config.target ? open(config.target) : null,
    servers: throwAwayServers(clients, workplace.journal),
    openTarget: server => open(server.connection),
    run: { url: run.url, tool: run.tool },
  };
}
