// A bench for the packed action: a PostgreSQL server, a bucket and a Slack webhook of its own, and runs of dist/ on
// them, each with everything that it left anywhere.
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { SlackMessage } from '../../src/reports/slack-message.ts';
import { type ActionOptions, type ActionRun, runAction } from './action-runner.ts';
import { seedSmall } from './databases.ts';
import { falseClient } from './false-client.ts';
import { checkout } from './folder.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { type S3StandIn, startS3StandIn } from './s3-stand-in/start.ts';
import { type SlackEndpoint, startSlackEndpoint } from './slack-endpoint.ts';

/** dist/ as it is committed, or, while the sources are worked on, another build in a folder of that name. */
export const distFolder = resolve(process.env.PG_BACKUP_DIST ?? join(checkout, 'dist'));

/** Holds action.yml and `dist/`. */
export const actionFolder = dirname(distFolder);
if (actionFolder !== checkout) {
  // Whole at every moment: other test files read it meanwhile.
  const copy = join(actionFolder, `action.yml.${process.pid}`);
  copyFileSync(join(checkout, 'action.yml'), copy);
  renameSync(copy, join(actionFolder, 'action.yml'));
}

export const BUCKET = 'backups';

export interface BenchRun extends ActionRun {
  /** Below the destination's prefix, in order. */
  readonly keys: readonly string[];
  /** Keys of unfinished uploads there. */
  readonly uploads: readonly string[];
  /** What Slack accepted during the run. */
  readonly slack: readonly SlackMessage[];
  /** Every place where something could be left to read, with its text: what is searched for secrets. */
  readonly traces: Readonly<Record<string, string>>;
}

export interface BenchOptions extends Partial<ActionOptions> {
  /** In the bucket; default: one that no other run has. */
  readonly prefix?: string;
  readonly database?: string;
}

export class Bench implements AsyncDisposable {
  readonly server: PostgresServer;
  readonly s3: S3StandIn;
  readonly slack: SlackEndpoint;
  readonly #falseClients: string[] = [];
  #runs = 0;

  constructor(server: PostgresServer, s3: S3StandIn, slack: SlackEndpoint) {
    this.server = server;
    this.s3 = s3;
    this.slack = slack;
  }

  /** Backs up the small database `shop`; an input that is given as '' is left out. */
  async run({
    prefix = this.freshPrefix(),
    database = 'shop',
    ...options
  }: BenchOptions = {}): Promise<BenchRun> {
    const heard = { messages: this.slack.messages.length, requests: this.slack.requests.length };
    const inputs = {
      'database-url': this.server.url(database),
      destination: `s3://${BUCKET}/${prefix}`,
      's3-endpoint': this.s3.endpoint,
      's3-region': this.s3.region,
      's3-force-path-style': 'true',
      'postgres-bin': this.server.binFolder,
      'slack-webhook-url': this.slack.url,
      ...options.inputs,
    };
    const run = await runAction({
      actionFolder,
      ...options,
      inputs: Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== '')),
      environment: {
        AWS_ACCESS_KEY_ID: this.s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: this.s3.secretAccessKey,
        ...options.environment,
      },
    });
    const keys = this.keys(prefix);
    return {
      ...run,
      keys,
      uploads: this.s3.uploads(BUCKET).flatMap(({ key }) => (key.startsWith(`${prefix}/`) ? [key] : [])),
      slack: this.slack.messages.slice(heard.messages),
      traces: {
        ...tracesOf(run),
        Slack: this.slack.requests.slice(heard.requests).join('\n'),
        'keys in the bucket': keys.join('\n'),
        ...(await this.#smallObjects(prefix, keys)),
      },
    };
  }

  /** See false-client.ts; gone with the bench. */
  falseClient(programs: string | readonly string[], script: string): string {
    const folder = falseClient(this.server.binFolder, programs, script);
    this.#falseClients.push(folder);
    return folder;
  }

  freshPrefix(): string {
    return `run-${++this.#runs}`;
  }

  keys(prefix: string): string[] {
    return this.s3
      .objects(BUCKET)
      .flatMap(({ key }) => (key.startsWith(`${prefix}/`) ? [key.slice(prefix.length + 1)] : []));
  }

  /** Of the object whose key ends so, the last one in order. */
  async read(prefix: string, end: string): Promise<string> {
    const key = this.keys(prefix).findLast(candidate => candidate.endsWith(end));
    if (key === undefined) throw new Error(`no object below ${prefix} ends with ${end}`);
    return (await this.s3.read(BUCKET, `${prefix}/${key}`)).toString();
  }

  async #smallObjects(prefix: string, keys: readonly string[]): Promise<Record<string, string>> {
    const small = keys.filter(key => !/\.dump(\.age)?$/.test(key));
    const texts = small.map(
      async key => [`object ${key}`, (await this.s3.read(BUCKET, `${prefix}/${key}`)).toString()] as const,
    );
    return Object.fromEntries(await Promise.all(texts));
  }

  async stop(): Promise<void> {
    for (const folder of this.#falseClients) rmSync(folder, { recursive: true, force: true });
    await Promise.all([this.server.stop(), this.s3.stop(), this.slack.stop()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

export async function startBench(): Promise<Bench> {
  const [server, s3, slack] = await Promise.all([
    startPostgres({ major: 16 }),
    startS3StandIn({ buckets: [BUCKET] }),
    startSlackEndpoint(),
  ]);
  await seedSmall(server, 'shop');
  return new Bench(server, s3, slack);
}

function tracesOf(run: ActionRun): Record<string, string> {
  return {
    log: run.rawLog,
    summary: run.rawSummary,
    outputs: JSON.stringify(run.outputs),
    annotations: JSON.stringify(run.annotations),
    state: JSON.stringify(run.state),
    'files left': run.leftovers.afterMain.join('\n'),
    'arguments of processes': run.processes.map(({ argv }) => argv.join('\0')).join('\n'),
  };
}
