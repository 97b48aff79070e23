// The doctor on real servers: what it says of a good place, of a role that may little, of a database in trouble, and that
// it leaves nothing behind but what it says.
import { PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DoctorCheck } from '../../src/reports/doctor-outcome.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, s3Place, standInPlace } from '../parts/backup-places.ts';
import { seedSmall } from '../parts/databases.ts';
import { freePort } from '../parts/free-port.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { POLICY_PLACE, publishedPolicy, refusals } from '../parts/published-policy.ts';
import { readBackups } from '../parts/reading-run.ts';
import { startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { startS3StandIn } from '../parts/s3-stand-in/start.ts';

const { missing } = await need('postgres-16');
const versitygw = await need('versitygw');
const minio = await need('minio');

describe.skipIf(missing)('The doctor', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
  });
  afterAll(() => server?.stop());

  async function look(place: Place, inputs: Record<string, string> = {}, json = true) {
    for (const [name, value] of Object.entries(place.environment)) vi.stubEnv(name, value);
    try {
      const common = { 'database-url': server.url('app'), 'postgres-bin': server.binFolder };
      const seen = await readBackups('doctor', { ...common, ...place.inputs, ...inputs }, { json });
      const checks: readonly DoctorCheck[] = seen.json?.checks ?? [];
      const states = Object.fromEntries(checks.map(({ check, state }) => [check, state]));
      return { ...seen, checks, states };
    } finally {
      vi.unstubAllEnvs();
    }
  }

  it('finds a folder fit, writes nothing unasked, and removes its probe', async () => {
    const place = await folderPlace();
    const seen = await look(place, {}, false);
    console.log(seen.said, '\n', seen.answer);
    const probed = await look(place, { probe: 'true' });
    console.log(JSON.stringify(probed.json, null, 1).slice(0, 1500));
  });
  it('x', async () => {
    await using mi = await startMinio({versioning: true});
    console.log((await look(s3Place(mi, 'p'), { probe: 'true', 'database-url': `postgresql://u:pw@127.0.0.1:${await freePort()}/app` , name: 'app', destination: 's3://nope/p'}, false)).answer);
    await server.psql('create role weak login password \'pw\'');
    console.log((await look(s3Place(mi, 'p'), { probe: 'true', 'database-url': server.url('app', {user:'weak', password:'pw'}), 'verify-keys': 'ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='}, false)).answer);
    console.log((await look(s3Place(mi, 'p'), { probe: 'tru', 'destination': 'x', 'verify-keys': 'ed25519:11qYAY'}, false)).answer);
    console.log((await look(s3Place(mi, 'p'), { probe: 'true', 'aws-role': 'arn:aws:iam::123456789012:role/x'}, false)).answer);
    await using standIn = await startS3StandIn({ buckets: [{name:'backups', versioning: true}], credentials: [{ accessKeyId: 'A', secretAccessKey: 'sdfsdfsd', policy: publishedPolicy('backup.json') }] });
    const s=await look(standInPlace(standIn, {...POLICY_PLACE, credentials: { accessKeyId: 'A', secretAccessKey: 'sdfsdfsd'}}), { probe: 'true', retention: 'daily: 7' }, false);
    console.log(s.answer, refusals(standIn));
  });
});
