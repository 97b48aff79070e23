// The doctor: doctor/ and `pg-backup doctor`. It tells nobody: a service that waits for backups must not take it for one.
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { doctor } from '../../commands/doctor/doctor.ts';
import type { Answer, Bucket, DoctorWorld } from '../../commands/doctor/world.ts';
import { type DoctorConfig, readDoctorInputs } from '../../inputs/doctor-config.ts';
import { DOCTOR_INPUTS } from '../../inputs/specs/doctor.ts';
import { Problem } from '../../problems/problem.ts';
import {
  checksOfProblems,
  type DoctorOutcome,
  doctorOutputsOf,
  doctorToJson,
  initialDoctorOutputs,
} from '../../reports/doctor-outcome.ts';
import { renderDoctorSummary, renderDoctorText } from '../../reports/doctor-report.ts';
import { doctorAnnotation, doctorVerdict } from '../../reports/doctor-verdict.ts';
import type { Job, Workplace } from '../job.ts';
import { describeWorkshop } from '../workshop.ts';
import { openStoreWithSetup, sourcePostgres } from '../world.ts';

export const doctorJob: Job<DoctorConfig, DoctorOutcome> = {
  specs: DOCTOR_INPUTS,
  read: readDoctorInputs,
  async run(config, workplace, signal) {
    const world = await doctorWorld(config, workplace);
    try {
      return await doctor(world, { ...config, ...workplace.shown }, signal);
    } finally {
      if ('ok' in world.bucket) world.bucket.ok.store.close();
    }
  },
  unstarted: frame => ({ command: 'doctor', ...frame, checks: checksOfProblems(frame.problems) }),
  notice: () => null,
  initialOutputs: initialDoctorOutputs,
  outputs: doctorOutputsOf,
  verdict: doctorVerdict,
  annotation: doctorAnnotation,
  summary: renderDoctorSummary,
  json: doctorToJson,
  afterwards: () => [],
  answer: renderDoctorText,
  answered: 'all',
};

async function doctorWorld(config: DoctorConfig, workplace: Workplace): Promise<DoctorWorld> {
  const { keys, lines, log, journal, run } = workplace;
  return {
    now: Date.now,
    random: randomBytes,
    log,
    journal,
    clean: text => lines.clean(text),
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    verifier: keys.verifier,
    encryption: keys.encryption,
    signer: keys.signer,
    postgres: sourcePostgres(config, workplace),
    bucket: openBucket(config, workplace),
    workshop: await describeWorkshop(config.destination, workplace),
    run,
  };
}

/** A role that this job can't take is a finding, and the database is looked at all the same. */
function openBucket({ destination }: DoctorConfig, workplace: Workplace): Answer<Bucket> {
  try {
    return { ok: openStoreWithSetup(destination, workplace) };
  } catch (error) {
    if (error instanceof Problem) return { not: [error] };
    throw error;
  }
}
