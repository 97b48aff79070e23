// `npm run bench -- [--megabytes 700] [--rounds 5] [--recipe-rounds 1] [--record]`: how the product compares with pg_dump
// and pg_restore alone on the same machine, as medians of ratios of interleaved runs. The targets are set for 2000 MB and
// 4 cores: what a run costs before its first byte weighs three times as much at 700. `--record` writes docs/bench.json;
// `npm run generate` makes the pages' tables from it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { settleJobs } from '../src/entry/settle-jobs.ts';
import { installPostgres } from '../test/parts/postgres-binaries.ts';
import { startPostgres } from '../test/parts/postgres-server.ts';
import { run } from '../test/parts/run.ts';
import { type CaseName, type Place, PRODUCT_CASES, RECIPES, runCase } from './bench/cases.ts';
import { createDatabase, DATABASE, QUARTER } from './bench/database.ts';
import { machineFacts, watchMachine } from './bench/machine.ts';
import { answerLines, caseLines } from './bench/print.ts';
import { type BenchRecord, caseMedians, stageMedians, writeRecord } from './bench/record.ts';
import { answer, type Round } from './bench/results.ts';
import { startStore } from './bench/s3.ts';
import { makeStock } from './bench/stock.ts';
import { benchYears } from './bench/years.ts';
import { root } from './root.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '700' },
    rounds: { type: 'string', default: '5' },
    'recipe-rounds': { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
  },
});
const [megabytes, rounds, recipeRounds] = [values.megabytes, values.rounds, values['recipe-rounds']].map(
  Number,
);
if (!megabytes || !rounds || recipeRounds === undefined || Number.isNaN(recipeRounds))
  throw new Error('--megabytes, --rounds and --recipe-rounds take a number');

const say = (line = '') => console.log(line);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const facts = machineFacts();
say(`${facts.cores} cores (${facts.cpu}), ${Math.round(facts.memoryBytes / 1e9)} GB, Node ${facts.node}`);
await installPostgres(16);
await using server = await startPostgres({
  major: 16,
  settings: { shared_buffers: '1GB', max_wal_size: '8GB', maintenance_work_mem: '256MB' },
});
const store = await startStore();
const folder = await mkdtemp(join(tmpdir(), 'pg-backup-bench-'));
try {
  await bench();
} finally {
  await store.stop();
  await rm(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  say(`PostgreSQL 16, ${store.name}; a database of ${megabytes} MB of rows ...`);
  await createDatabase(server, DATABASE, megabytes ?? 0);
  await createDatabase(server, QUARTER, (megabytes ?? 0) / 4);
  const aws = await run('aws', ['--version']).catch(() => undefined);
  say(aws === undefined ? 'No aws here: the recipes are left out.' : `Recipes upload with ${aws.trim()}.`);
  const stock = await makeStock(server, store, folder, { large: DATABASE, small: QUARTER });
  const place: Place = {
    stock,
    server,
    store,
    folder,
    ageRecipient: await identityToRecipient(await generateX25519Identity()),
    databaseBytes: Number(await server.psql(`select pg_database_size('${DATABASE}')`)),
    aws: aws === undefined ? undefined : 'aws',
  };
  // Warms every cache, and tells how much the rows come to.
  const { backup, source } = JSON.parse((await runCase('backup', place)).stdout);
  const watched = watchMachine();
  const seen: Round[] = [];
  for (let round = 0; round < (rounds ?? 0); round++) {
    const recipes = aws !== undefined && round < (recipeRounds ?? 0) ? RECIPES : [];
    seen.push(await runRound(rotate([...PRODUCT_CASES, ...recipes], round), place));
    say(`Round ${round + 1} of ${rounds}: ${summarize(seen[round] ?? {})}`);
  }
  const span = watched();
  const answers = [...answer(seen, backup.rawBytes), ...(await benchYears(rounds ?? 1, say))];
  say(
    `\n${(backup.rawBytes / 1e6).toFixed(0)} MB of rows, ${(backup.bytes / 1e6).toFixed(0)} MB stored; ${told(span)}\n`,
  );
  const record: BenchRecord = {
    day: new Date().toISOString().slice(0, 10),
    machine: facts,
    span,
    postgres: source.serverVersion,
    store: store.name,
    rounds: rounds ?? 0,
    recipeRounds: aws === undefined ? 0 : (recipeRounds ?? 0),
    rawBytes: backup.rawBytes,
    storedBytes: backup.bytes,
    jobs: settleJobs(undefined),
    answers,
    cases: caseMedians(seen),
    stages: { backup: stageMedians(seen, 'backup'), restore: stageMedians(seen, 'restore') },
  };
  for (const line of [...caseLines(record.cases), '', ...answerLines(answers)]) say(line);
  await save({ ...record, runs: seen });
  if (values.record) say(`Recorded: ${writeRecord(record)}. Now npm run generate.`);
  await stock.stop();
}

/** Another case goes first in every round, so that no drift of the machine falls on one of them alone. */
function rotate(names: readonly CaseName[], by: number): CaseName[] {
  return names.map((_, index) => names[(index + by) % names.length]).filter(name => name !== undefined);
}

async function runRound(names: readonly CaseName[], place: Place): Promise<Round> {
  const round: Round = {};
  for (const name of names) round[name] = await runCase(name, place);
  return round;
}

function summarize(round: Round): string {
  return Object.entries(round)
    .map(([name, { seconds }]) => `${name} ${seconds.toFixed(1)} s`)
    .join(', ');
}

function told({ load, busy, steal }: { load: number; busy: number; steal: number }): string {
  return `load ${load.toFixed(1)} before, machine ${Math.round(busy * 100)} % busy, steal ${(steal * 100).toFixed(1)} %`;
}

async function save(result: object): Promise<void> {
  const results = join(root, '.bench');
  await mkdir(results, { recursive: true });
  const file = join(results, `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.json`);
  await writeFile(file, `${JSON.stringify(result, null, 1)}\n`);
  say(`\nAll figures: ${file}`);
}
