// The runner's cache through its own library, against a service on loopback: what is kept comes back to the byte, and
// whatever fails costs nothing but the keeping.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actionsCache } from '../../src/postgres/client/actions-cache.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { type CacheService, startCacheService } from '../parts/runner-services/caches.ts';

const FILES = new Map([
  ['dists/bookworm-pgdg/InRelease', Buffer.from('signed')],
  ['pool/main/p/x.deb', Buffer.from([0, 255, 10, 13])],
]);

let service: CacheService;
let temporary: string;
const told: string[] = [];
beforeEach(async () => {
  service = await startCacheService();
  temporary = scratchFolder('runner-temp');
  told.length = 0;
  const workspace = join(temporary, 'workspace');
  mkdirSync(workspace);
  const environment = { ...service.environment, RUNNER_TEMP: temporary, GITHUB_WORKSPACE: workspace };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await service[Symbol.asyncDispose]();
});

const cache = () => actionsCache(temporary, line => told.push(line));
const PREFIX = 'pg-backup-client-linux-amd64-bookworm-16-';

it('gives back what was kept last under the prefix, and leaves no file', async () => {
  expect(await cache().load(PREFIX)).toBeUndefined();
  expect(
    await cache().save(PREFIX, `${PREFIX}16.14-2026-08-01`, new Map([['old', Buffer.from('old')]])),
  ).toBe(true);
  expect(await cache().save(PREFIX, `${PREFIX}16.15-2026-08-20`, FILES)).toBe(true);
  expect(service.keys()).toEqual([`${PREFIX}16.14-2026-08-01`, `${PREFIX}16.15-2026-08-20`]);
  expect(new Map(await cache().load(PREFIX))).toEqual(FILES);
  expect(await cache().load('pg-backup-client-linux-amd64-bookworm-17-')).toBeUndefined();
  expect(existsSync(join(temporary, 'pg-backup-client-cache', PREFIX))).toBe(false);
});

it('writes a key once', async () => {
  expect(await cache().save(PREFIX, `${PREFIX}16.15`, FILES)).toBe(true);
  expect(await cache().save(PREFIX, `${PREFIX}16.15`, new Map([['x', Buffer.from('y')]]))).toBe(false);
  expect(new Map(await cache().load(PREFIX))).toEqual(FILES);
});

it('is not there outside of Actions, or fails, without harm', async () => {
  service.fail(403);
  expect(await cache().load(PREFIX)).toBeUndefined();
  expect(await cache().save(PREFIX, `${PREFIX}16.15`, FILES)).toBe(false);
  vi.stubEnv('ACTIONS_RESULTS_URL', '');
  expect(await cache().load(PREFIX)).toBeUndefined();
  expect(await cache().save(PREFIX, `${PREFIX}16.15`, FILES)).toBe(false);
});
