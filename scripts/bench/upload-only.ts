// The product's own stream without the decode proof, which it never leaves out: pg_dump, SHA-256, multipart upload.
// Started as a process of its own and timed from the start of pg_dump, because the sources load slower than the bundle.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../src/postgres/tool.ts';
import { archiveUnreadable } from '../../src/problems/proof.ts';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { BUCKET } from './s3.ts';

const [endpoint = '', expectedBytes = '', file = '', ...args] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'pg-backup-bench-'));
const store = openS3Store({ bucket: BUCKET, prefix: 'upload-only', endpoint, forcePathStyle: true });
// The first call loads the SDK.
await store.time(AbortSignal.timeout(60_000));

const startedAt = performance.now();
const dump = runTool({ file, args, environment: { PATH: '/usr/bin:/bin' } }, folder, end =>
  archiveUnreadable('pg_dump', String(end.code), end.stderr),
);
dump.end();
const upload = await store.startUpload('archive.dump', {
  expectedBytes: Number(expectedBytes),
  contentType: 'application/octet-stream',
  signal: AbortSignal.timeout(3_600_000),
});
const sha256 = createHash('sha256');
for await (const chunk of dump.output) {
  sha256.update(chunk);
  await upload.write(chunk);
}
await dump.done;
await upload.complete();
const seconds = (performance.now() - startedAt) / 1000;
store.close();
await rm(folder, { recursive: true });
process.stdout.write(JSON.stringify({ seconds, sha256: sha256.digest('hex') }));
