// The story of a doctor's round: ask the database, the client and the store everything that a backup will ask of them, judge
// all of it at once, lock nothing, and change nothing but for a probe object that somebody asked for.
import type { ClientFacts, SourceFacts } from '../../postgres/port.ts';
import type { DoctorOutcome } from '../../reports/doctor-outcome.ts';
import { connectPatiently } from '../connect.ts';
import { orAborted } from '../or-aborted.ts';
import { DoctorDraft } from './draft.ts';
import { answerTo, examineStore, type Whose } from './examine-store.ts';
import { findingsOf } from './finding.ts';
import { judgeClient, judgeDatabase } from './judge-database.ts';
import { judgeJob, judgeKeys, judgeRetention, judgeTelling } from './judge-safekeeping.ts';
import { judgeBackups, judgeStore } from './judge-store.ts';
import type { DoctorSettings } from './settings.ts';
import type { Answer, DoctorWorld } from './world.ts';

const inputs = findingsOf('inputs');
const job = findingsOf('job');

/** Never throws: whatever happens is in the outcome. */
export async function doctor(
  world: DoctorWorld,
  settings: DoctorSettings,
  signal: AbortSignal,
): Promise<DoctorOutcome> {
  const place = 'ok' in world.bucket ? world.bucket.ok.store.place : '';
  const draft = new DoctorDraft({ ...world, store: { place } }, settings);
  try {
    await examine(world, settings, draft, signal);
  } catch (error) {
    draft.fail(error, signal);
  }
  return draft.outcome();
}

async function examine(
  world: DoctorWorld,
  settings: DoctorSettings,
  draft: DoctorDraft,
  signal: AbortSignal,
): Promise<void> {
  draft.find(
    settings.warnings.length === 0
      ? [inputs.good('inputs', 'Every input is valid, and so are the keys and addresses among them.')]
      : settings.warnings.map(warning => inputs.warned('inputs', warning)),
  );
  draft.find(judgeKeys(world));

  const { source, client } = await draft.stage('Look at server and client', () => askServer(world, signal));
  const rules = {
    allowEmpty: settings.allowEmpty,
    counts: settings.counts,
    encrypted: world.encryption !== null,
  };
  draft.find(judgeDatabase(source, rules, world.now()));
  draft.find(judgeClient(client, settings));

  const databaseBytes = 'ok' in source ? source.ok.databaseBytes : null;
  const holds = await draft.stage('Look at the store', () =>
    lookAtStore(world, settings, draft, { whose: whoseBackups(source, settings), databaseBytes }, signal),
  );
  // A probe that was begun is brought to its end first.
  signal.throwIfAborted();
  draft.find(judgeRetention(settings, holds));
  draft.find(judgeTelling(world.workshop));
  draft.find(judgeJob(world.workshop, databaseBytes));
}

async function askServer(
  world: DoctorWorld,
  signal: AbortSignal,
): Promise<{ source: Answer<SourceFacts>; client: Answer<ClientFacts> | undefined }> {
  const source = await answerTo(signal, async () => {
    const session = await connectPatiently(world, signal);
    try {
      return await orAborted(session.facts(), signal);
    } finally {
      await session.close();
    }
  });
  if ('not' in source) return { source, client: undefined };
  const client = await answerTo(signal, () =>
    orAborted(world.postgres.clientFor(source.ok.serverMajor, signal), signal),
  );
  return { source, client };
}

function whoseBackups(source: Answer<SourceFacts>, { name }: DoctorSettings): Whose {
  if ('not' in source) return { name: name ?? null, identity: null };
  const { systemIdentifier: system, host, database } = source.ok;
  return { name: name ?? database, identity: { system, host, database } };
}

/** Resolves with how the backups of the name stand, where that could be seen. */
async function lookAtStore(
  world: DoctorWorld,
  settings: DoctorSettings,
  draft: DoctorDraft,
  { whose, databaseBytes }: { readonly whose: Whose; readonly databaseBytes: number | null },
  signal: AbortSignal,
) {
  const { bucket } = world;
  if ('not' in bucket) {
    draft.find(bucket.not.map(problem => job.wrong('credentials', problem)));
    return undefined;
  }
  const facts = await examineStore(world, bucket.ok, settings, whose, signal);
  const now = 'ok' in facts.clocks ? facts.clocks.ok.latest : world.now();
  const prunes = settings.policy !== null && settings.prune;
  draft.find(judgeStore(facts, { place: bucket.ok.store.place, databaseBytes, prunes }));
  draft.find(judgeBackups(facts.holds, now));
  return ('ok' in facts.holds && facts.holds.ok) || undefined;
}
