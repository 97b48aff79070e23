// The status: status/ and `pg-backup status`.
import { basename, dirname, resolve } from 'node:path';
import type { OneFile } from '../../commands/status/publish.ts';
import { type StatusWorld, status } from '../../commands/status/status.ts';
import { STATUS_INPUTS } from '../../inputs/specs/status.ts';
import { readStatusInputs, type StatusConfig } from '../../inputs/status-config.ts';
import { CHECK_CODES } from '../../problems/status.ts';
import { statusToJson } from '../../reports/status-json.ts';
import { statusNotice } from '../../reports/status-notice.ts';
import type { StatusOutcome } from '../../reports/status-outcome.ts';
import { renderStatusSummary } from '../../reports/status-summary.ts';
import { renderStatus } from '../../reports/status-text.ts';
import {
  initialStatusOutputs,
  statusAnnotation,
  statusOutputsOf,
  statusVerdict,
} from '../../reports/status-verdict.ts';
import { openFolderShelf } from '../../storage/folder-shelf.ts';
import type { Job, Workplace } from '../job.ts';
import { openingWorld, openShelf } from '../world.ts';

export const statusJob: Job<StatusConfig, StatusOutcome> = {
  specs: STATUS_INPUTS,
  read: readStatusInputs,
  async run(config, workplace, signal) {
    const world = statusWorld(config, workplace);
    try {
      return await status(world, { ...config, ...workplace.shown }, signal);
    } finally {
      world.store.close();
      world.readers.shelf?.close();
    }
  },
  unstarted: frame => ({
    command: 'status',
    ...frame,
    now: frame.startedAt,
    names: [],
    checks: [],
    verdict: 'critical',
    space: null,
  }),
  notice: statusNotice,
  initialOutputs: initialStatusOutputs,
  outputs: statusOutputsOf,
  verdict: statusVerdict,
  annotation: statusAnnotation,
  summary: renderStatusSummary,
  json: statusToJson,
  afterwards: () => [],
  answer: renderStatus,
  answered: CHECK_CODES,
};

function statusWorld(config: StatusConfig, workplace: Workplace): StatusWorld {
  const { statusDestination, metricsFile, html } = config;
  const { pushgateway } = workplace.keys;
  return {
    ...openingWorld(config.destination, workplace),
    run: { url: workplace.run.url, tool: workplace.run.tool },
    readers: {
      shelf: statusDestination ? openShelf(statusDestination, workplace) : null,
      metricsFile: oneFile(metricsFile),
      page: oneFile(html),
      push: pushgateway && ((...pushed) => pushgateway.push(...pushed)),
    },
  };
}

function oneFile(path: string | undefined): OneFile | null {
  if (path === undefined) return null;
  return { shelf: openFolderShelf({ folder: dirname(resolve(path)) }), file: basename(path) };
}
