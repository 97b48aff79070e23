// Memory while uploading: a few part buffers, whatever the size. The upload runs in a process of its own, so that only
// its memory is looked at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { standInStore } from '../../parts/stand-in-store.ts';

const MIB = 1024 * 1024;

const uploader = `
const [module, endpoint, accessKeyId, secretAccessKey, mebibytes] = process.argv.slice(1);
const { openS3Store } = await import(module);
const store = openS3Store({
  bucket: 'backups', prefix: '', endpoint, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey },
});
const { signal } = new AbortController();
await store.time(signal);
const before = process.memoryUsage().rss;
let most = before;
const chunk = Buffer.alloc(65536, 'content');
const upload = await store.startUpload('x', { expectedBytes: 1, contentType: 'a/b', signal });
for (let i = 0; i < mebibytes * 16; i++) {
  await upload.write(chunk);
  if (i % 64 === 0) most = Math.max(most, process.memoryUsage().rss);
}
await upload.complete();
console.log(most - before);
store.close();
`;

test('200 MiB go through less than 100 MiB of memory', async () => {
  const { server } = await standInStore();
  const module = fileURLToPath(new URL('../../../src/storage/s3-store.ts', import.meta.url));
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const args = [module, endpoint, accessKeyId, secretAccessKey, '200'];
  const child = spawn(process.execPath, ['--input-type=module', '--eval', uploader, '--', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(Number(output)).toBeGreaterThan(0);
  expect(Number(output)).toBeLessThan(100 * MIB);
});
