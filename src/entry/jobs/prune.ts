// The prune: prune/ and `pg-backup prune`.
import { prune } from '../../commands/prune/prune.ts';
import { type PruneConfig, readPruneInputs } from '../../inputs/prune-config.ts';
import { PRUNE_INPUTS } from '../../inputs/specs/prune.ts';
import { pruneNotice } from '../../reports/prune-notice.ts';
import {
  initialPruneOutputs,
  type PruneRunOutcome,
  pruneOutputsOf,
  pruneRunToJson,
} from '../../reports/prune-outcome.ts';
import { renderPruneSummary } from '../../reports/prune-summary.ts';
import { renderPruneText } from '../../reports/prune-text.ts';
import { pruneAnnotation, pruneVerdict } from '../../reports/prune-verdict.ts';
import type { Job } from '../job.ts';
import { openingWorld } from '../world.ts';

export const pruneJob: Job<PruneConfig, PruneRunOutcome> = {
  specs: PRUNE_INPUTS,
  read: readPruneInputs,
  async run(config, workplace, signal) {
    const world = { ...openingWorld(config.destination, workplace), run: { url: workplace.run.url } };
    try {
      return await prune(world, { ...config, ...workplace.shown }, signal);
    } finally {
      world.store.close();
    }
  },
  unstarted: frame => ({
    command: 'prune',
    ...frame,
    dryRun: false,
    names: [],
    uploads: { plan: { keep: [], drop: [] }, dropped: [], failed: [] },
  }),
  notice: pruneNotice,
  initialOutputs: initialPruneOutputs,
  outputs: pruneOutputsOf,
  verdict: pruneVerdict,
  annotation: pruneAnnotation,
  summary: renderPruneSummary,
  json: pruneRunToJson,
  afterwards: () => [],
  // Nothing is known of a run that was refused.
  answer: outcome => (outcome.place === '' ? '' : renderPruneText(outcome)),
};
