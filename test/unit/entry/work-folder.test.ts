import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkFolder, removeWorkFolder } from '../../../src/entry/work-folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'work-folder-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

it('is a new one of this user alone, in RUNNER_TEMP', async () => {
  const made = [await makeWorkFolder({ RUNNER_TEMP: base }), await makeWorkFolder({ RUNNER_TEMP: base })];
  expect(new Set(made).size).toBe(2);
  for (const folder of made) {
    expect(folder.startsWith(join(base, 'pg-backup-run-'))).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
});

it('goes with all that is in it; anything else stays', async () => {
  const folder = await makeWorkFolder({ RUNNER_TEMP: base });
  writeFileSync(join(folder, 'passfile'), 'secret');
  await removeWorkFolder(folder);
  await removeWorkFolder(folder);
  await removeWorkFolder(base);
  await removeWorkFolder('');
  expect(readdirSync(base)).toEqual([]);
});

it('what a killed run left a week ago goes, what may still run stays', async () => {
  const make = (name: string, daysAgo: number) => {
    const folder = join(base, name);
    mkdirSync(folder);
    const at = Date.now() / 1000 - daysAgo * 86_400;
    utimesSync(folder, at, at);
    return folder;
  };
  const old = make('pg-backup-run-old', 7);
  const young = make('pg-backup-run-young', 5);
  const foreign = make('somebody-elses', 30);
  await makeWorkFolder({ RUNNER_TEMP: base });
  expect([old, young, foreign].map(existsSync)).toEqual([false, true, true]);
});

it('that can not be made is told', async () => {
  await expect(makeWorkFolder({ RUNNER_TEMP: join(base, 'absent') })).rejects.toMatchObject({
    code: 'PGB910',
  });
});
