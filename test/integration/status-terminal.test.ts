// `pg-backup status` on a terminal: each check that failed is told once, wherever a person reads.
import { describe, expect, it } from 'vitest';
import { folderPlace } from '../parts/backup-places.ts';
import { runCommandLine } from '../parts/command-line.ts';
import { nightlyBackups, plantInFolder } from '../parts/planted-backups.ts';

const HOUR = 3_600_000;

async function look(...more: string[]) {
  const { folder } = await folderPlace();
  const newest = Date.now() - 3 * HOUR;
  await plantInFolder(folder, nightlyBackups({ names: ['shop'], nights: 5, newest }));
  const args = ['status', '--destination', `file://${folder}`, '--max-age', '1h', '--restored-within', '90d'];
  return runCommandLine({ args: [...args, ...more], environment: {} });
}

const times = (text: string, part: string) => text.split(part).length - 1;

describe('status on a terminal', () => {
  it.each([
    ['critical', 0],
    ['warning', 3],
  ])('with fail-on %s, each failed check stands in the answer and nowhere else', async (failOn, exit) => {
    const { stdout, stderr, status } = await look('--fail-on', failOn);
    expect(status, stderr).toBe(exit);
    expect(times(stdout, 'warning  age')).toBe(1);
    expect(times(stdout, 'no restore test has passed yet')).toBe(1);
    expect(stderr).not.toMatch(/PGB56[01]/);
    expect(stderr).toContain('Backups of 1 name: WARNING');
  });

  it('as JSON, which people don’t read, they are told beside it', async () => {
    const { stdout, stderr } = await look('--json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'warning' });
    expect(times(stderr, 'PGB561')).toBe(2);
  });
});
