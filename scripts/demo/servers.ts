// The servers that the demo talks to, all on 127.0.0.1: PostgreSQL, a stand-in for S3 in this process, and an address
// that takes Slack's messages. Stopped in any case.
import { type PostgresServer, startPostgres } from '../../test/parts/postgres-server.ts';
import { type S3StandIn, startS3StandIn } from '../../test/parts/s3-stand-in/start.ts';
import { type SlackEndpoint, startSlackEndpoint } from '../../test/parts/slack-endpoint.ts';
import type { FoundPostgres } from './find-postgres.ts';

export const BUCKET = 'acme-backups';
export const PREFIX = 'postgres';

export interface Servers {
  readonly postgres: PostgresServer;
  readonly s3: S3StandIn;
  readonly slack: SlackEndpoint;
}

type Stop = () => Promise<void>;

/** Every server's stop is put on `stops` as soon as it runs. */
export async function startServers({ installation, major }: FoundPostgres, stops: Stop[]): Promise<Servers> {
  const postgres = await startPostgres({ major, installation, settings: { shared_buffers: '128MB' } });
  stops.push(() => postgres.stop());
  const s3 = await startS3StandIn({ buckets: [BUCKET] });
  stops.push(() => s3.stop());
  const slack = await startSlackEndpoint();
  stops.push(() => slack.stop());
  return { postgres, s3, slack };
}
