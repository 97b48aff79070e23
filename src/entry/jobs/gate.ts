// The migration gate: gate/ and `pg-backup gate`.
import { gate } from '../../commands/gate/gate.ts';
import type { GateWorld } from '../../commands/gate/world.ts';
import type { GitHub } from '../../github/port.ts';
import { openGitHub } from '../../github/rest.ts';
import { type GateConfig, readGateInputs } from '../../inputs/gate-config.ts';
import { GATE_INPUTS } from '../../inputs/specs/gate.ts';
import { commentNotWritten } from '../../problems/gate.ts';
import { Problem } from '../../problems/problem.ts';
import { gateNotice } from '../../reports/gate-notice.ts';
import {
  type GateOutcome,
  gateOutputsOf,
  gateToJson,
  initialGateOutputs,
} from '../../reports/gate-outcome.ts';
import { gateCommentMarker, renderGateComment, renderGateSummary } from '../../reports/gate-summary.ts';
import { gateAnnotation, gateVerdict } from '../../reports/gate-verdict.ts';
import type { Job, Workplace } from '../job.ts';
import { backupWorld, openingWorld } from '../world.ts';

const COMMENT_MS = 60_000;

export const gateJob: Job<GateConfig, GateOutcome> = {
  specs: GATE_INPUTS,
  read: readGateInputs,
  async run(config, workplace, signal) {
    const github = config.github ? await openGitHub(config.github) : null;
    const world = gateWorld(config, workplace, github);
    try {
      const outcome = await gate(world, { ...config, ...workplace.shown }, signal);
      return await comment(config, outcome, workplace, github);
    } finally {
      world.bucket?.store.close();
    }
  },
  unstarted: frame => ({
    command: 'gate',
    ...frame,
    verdict: 'fail',
    reason: 'error',
    name: '',
    rules: null,
    backup: null,
    tested: null,
    change: null,
    event: null,
  }),
  notice: gateNotice,
  initialOutputs: initialGateOutputs,
  outputs: gateOutputsOf,
  verdict: gateVerdict,
  annotation: gateAnnotation,
  summary: renderGateSummary,
  json: gateToJson,
  afterwards: () => [],
};

function gateWorld(config: GateConfig, workplace: Workplace, github: GitHub | null): GateWorld {
  const { log, run, shown } = workplace;
  const { backup, destination } = config;
  const common = { now: Date.now, log, run: { url: run.url }, github };
  if (!backup)
    return { ...common, database: null, bucket: destination ? openingWorld(destination, workplace) : null };
  const world = backupWorld(backup, workplace);
  // What its inputs are warned of, the gate's own settings tell already.
  return { ...common, bucket: world, database: { world, settings: { ...backup, ...shown, warnings: [] } } };
}

/** A pull request without migrations gets none, but one that had some before is told. */
async function comment(
  config: GateConfig,
  outcome: GateOutcome,
  { lines, log }: Workplace,
  github: GitHub | null,
): Promise<GateOutcome> {
  const { pull } = config.event;
  if (!config.comment || pull === null || outcome.result === 'cancelled') return outcome;
  const fail = (why: string) => {
    const warning = commentNotWritten(why);
    log.warn(warning);
    return { ...outcome, warnings: [...outcome.warnings, warning] };
  };
  if (!github) return fail('no `github-token` is given.');
  try {
    const marker = gateCommentMarker(config.name);
    const body = lines.redact(renderGateComment(outcome));
    const create = outcome.reason !== 'no-migration';
    await github.comment(pull, { marker, body, create }, AbortSignal.timeout(COMMENT_MS));
    return outcome;
  } catch (error) {
    return fail(error instanceof Problem ? error.summary : String(error));
  }
}
