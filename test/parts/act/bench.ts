// What a workflow needs to run here: a PostgreSQL server, a bucket at a real S3 server, a runner's services, and a
// repository with this project's workflows. The callers are the examples, told where those servers are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { parse, stringify } from 'yaml';
import { seedSmall } from '../databases.ts';
import { checkout } from '../folder.ts';
import { type PostgresServer, startPostgres } from '../postgres-server.ts';
import { startRunnerServices } from '../runner-services/services.ts';
import { type S3Server, startVersityGw } from '../s3-servers.ts';
import { OWN_REPOSITORY } from './rewrite.ts';
import { runWorkflow, type WorkflowOptions, type WorkflowRun } from './run-workflow.ts';
import { plantTree, type WorkflowTree } from './tree.ts';

export const BUCKET = 'acme-backups';

/** Milliseconds for a test that runs workflows, however busy the machine: each job of one starts Node several times. */
export const PATIENCE = 240_000;

interface CallerJob extends Record<string, unknown> {
  with?: Record<string, unknown>;
  secrets?: object;
  readonly steps?: readonly CallerStep[];
}

interface CallerStep {
  readonly uses?: string;
  readonly run?: string;
  with?: Record<string, unknown>;
  env?: object;
}

interface Caller {
  readonly jobs: Record<string, CallerJob>;
}

export class WorkflowBench implements AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly s3: S3Server;
  readonly tree: WorkflowTree;

  constructor(parts: {
    postgres: PostgresServer;
    s3: S3Server;
    tree: WorkflowTree;
  }) {
    this.postgres = parts.postgres;
    this.s3 = parts.s3;
    this.tree = parts.tree;
  }

  /**
   * Makes a caller of an example and returns its file's name. `with` of every job that calls one of our workflows, and of
   * every step that calls one of our actions: as the example says, then as told, '' taken out. A job `after` is added that shows what they hand on.
   * `secrets` are passed besides those of the example.
   * `secrets` are passed besides those of the example.
   */
  addExample(
    name: string,
    changes: Readonly<Record<string, unknown>> = {},
    secrets: readonly string[] = [],
  ): string {
    const text = readFileSync(join(checkout, 'examples', name), 'utf8');
    const caller: Caller = parse(text);
    const told = (given: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries({ ...given, ...this.store, ...changes }).filter(([, value]) => value !== ''),
      );
    for (const job of Object.values(caller.jobs)) {
      if (job.with) job.with = told(job.with);
      if (job.secrets)
        job.secrets = { ...job.secrets, ...passed(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', ...secrets]) };
      for (const step of job.steps ?? []) {
        if (!step.uses?.startsWith(OWN_REPOSITORY)) continue;
        step.with = told(step.with ?? {});
        step.env = {
          AWS_ACCESS_KEY_ID: this.s3.accessKeyId,
          AWS_SECRET_ACCESS_KEY: this.s3.secretAccessKey,
        };
      }
    }
    const ids = Object.keys(caller.jobs);
    caller.jobs.after = {
      needs: ids,
      'runs-on': 'ubuntu-24.04',
      steps: [
        {
          run: 'echo "$HANDED_ON" | tee -a "$GITHUB_STEP_SUMMARY"',
          env: { HANDED_ON: `\${{ toJSON(needs.${ids[0]}.outputs) }}` },
        },
      ],
    };
    const file = `call-${name}`;
    this.tree.addWorkflow(file, stringify(caller));
    return file;
  }

  /** In place of AWS and its roles. */
  get store(): Readonly<Record<string, unknown>> {
    return {
      's3-endpoint': this.s3.endpoint,
      's3-region': this.s3.region,
      's3-force-path-style': true,
      'aws-role': '',
      'prune-aws-role': '',
    };
  }

  async run(options: Omit<WorkflowOptions, 'tree'>): Promise<WorkflowRun> {
    // Artifacts are those of a run.
    await using services = await startRunnerServices();
    return await runWorkflow({
      path: [this.postgres.binFolder],
      ...options,
      tree: this.tree,
      secrets: {
        DATABASE_URL: this.postgres.url('shop'),
        S3_ACCESS_KEY_ID: this.s3.accessKeyId,
        S3_SECRET_ACCESS_KEY: this.s3.secretAccessKey,
        ...options.secrets,
      },
      environment: { ...services.environment, ...options.environment },
    });
  }

  /** What lies in the bucket, in order. */
  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.s3.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key = '' }) => Key);
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgres.stop(), this.s3.stop(), this.tree[Symbol.asyncDispose]()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** What the workflow handed on to its caller, as the job `after` saw it. */
export function handedOn(run: WorkflowRun): Record<string, string> {
  return JSON.parse(run.job('after').summary);
}

/** Jobs and their steps that ran, each with its result; what is not here was skipped. */
export function whatRan(run: WorkflowRun): string[] {
  return run.jobs
    .filter(job => job.id !== 'after')
    .map(job => `${job.id}: ${job.steps.map(step => `${step.name} ${step.result}`).join(', ')}`);
}

/** With the small database `shop`, and nothing in the bucket. */
export async function startWorkflowBench(
  startS3: () => Promise<S3Server> = () => startVersityGw({ bucket: BUCKET }),
): Promise<WorkflowBench> {
  const [postgres, s3, tree] = await Promise.all([startPostgres({ major: 17 }), startS3(), plantTree()]);
  await seedSmall(postgres, 'shop');
  return new WorkflowBench({ postgres, s3, tree });
}

function passed(secrets: readonly string[]): Record<string, string> {
  return Object.fromEntries(secrets.map(name => [name, `\${{ secrets.${name} }}`]));
}
