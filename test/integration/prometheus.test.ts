// What status tells Prometheus, on a real one: the text passes its linter, a push is scraped and can be queried, and the
// published rules fire on a stale backup and on nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { checkout } from '../parts/folder.ts';
import { nightlyBackups, plantInFolder } from '../parts/planted-backups.ts';
import { type Monitoring, promtool, startMonitoring } from '../parts/prometheus.ts';
import { readBackups } from '../parts/reading-run.ts';

const docs = join(checkout, 'docs', 'prometheus');
const RULES = join(docs, 'pg-backup.rules.yml');
const HOUR = 3_600_000;
/** What Prometheus must escape. */
const STALE = 'stale "one" \\ü';

const { missing } = await need('prometheus');
describe.skipIf(missing)('Prometheus', () => {
  it('takes the published rules, and their tests hold', async () => {
    expect(await promtool(['check', 'rules', '--lint=all', '--lint-fatal', RULES])).toContain('SUCCESS');
    expect(await promtool(['test', 'rules', join(docs, 'pg-backup.rules.test.yml')])).toContain('SUCCESS');
  });

  it('finds nothing to mend in the metrics, whatever names there are', async () => {
    const golden = join(checkout, 'test', 'unit', 'reports', 'golden', 'status.prom');
    expect(await promtool(['check', 'metrics'], readFileSync(golden, 'utf8'))).toBe('');
    await expect(promtool(['check', 'metrics'], 'backup_total 1\n')).rejects.toThrow();
  });

  describe('with a Pushgateway', () => {
    let monitoring: Monitoring;
    beforeAll(async () => {
      monitoring = await startMonitoring(readFileSync(RULES, 'utf8'));
    });
    afterAll(() => monitoring?.stop());

    async function push(name: string, ageHours: number, inputs: Record<string, string> = {}) {
      const { folder, inputs: place } = await folderPlace();
      const backups = nightlyBackups({ names: [name], nights: 3, newest: Date.now() - ageHours * HOUR });
      await plantInFolder(folder, backups);
      return readBackups('status', {
        ...place,
        name,
        'pushgateway-url': monitoring.pushUrl,
        'restored-within': 'off',
        ...inputs,
      });
    }
    const labels = async (expression: string) =>
      (await monitoring.query(expression)).map(({ labels: { name } }) => name).sort();

    it('push, scrape, query; an alert fires for the stale one alone', async () => {
      const fresh = await push('fresh', 1);
      expect(fresh, fresh.said).toMatchObject({ exit: 0 });
      const stale = await push(STALE, 30);
      expect(stale, stale.said).toMatchObject({ exit: 0, json: { verdict: 'warning' } });
      const scraped = () => labels('backup_last_success');
      await expect.poll(scraped, { timeout: 60_000 }).toEqual(['fresh', STALE]);
      const [age] = await monitoring.query('time() - backup_last_success{name="fresh"}');
      expect(age?.value).toBeGreaterThan(3_590);
      expect(age?.value).toBeLessThan(3_900);
      await expect.poll(() => monitoring.firing(), { timeout: 60_000 }).toContain('BackupTooOld');
      expect(await labels('ALERTS{alertname="BackupTooOld", alertstate="firing"}')).toEqual([STALE]);
      expect(await monitoring.firing()).not.toContain('BackupStatusSilent');
      // Another push of the same name takes the place of the first.
      await push(STALE, 1);
      await expect.poll(() => monitoring.firing(), { timeout: 60_000 }).not.toContain('BackupTooOld');
    });

    it('one that refuses, or is not there, costs a warning without its address', async () => {
      const refused = await push('fresh', 1, {
        'pushgateway-url': `${monitoring.pushUrl}/nowhere/secret-path`,
      });
      expect(refused).toMatchObject({ exit: 0, json: { result: 'success' } });
      expect(refused.said).toContain('PGB564');
      expect(refused.said).toContain('404');
      expect(`${refused.said}${refused.answer}`).not.toContain('secret-path');
      const url = 'http://user:pa55word@127.0.0.1:1/push';
      const gone = await push('fresh', 1, { 'pushgateway-url': url });
      expect(gone).toMatchObject({ exit: 0 });
      expect(gone.said).toContain('PGB564');
      expect(`${gone.said}${gone.answer}`).not.toContain('pa55word');
    });
  });

  it('reads the file that is written for the node exporter', async () => {
    const { folder, inputs } = await folderPlace();
    await plantInFolder(folder, nightlyBackups({ names: ['shop'], nights: 2, newest: Date.now() - HOUR }));
    const file = join(scratchFolder('textfile'), 'pg-backup.prom');
    await readBackups('status', { ...inputs, 'metrics-file': file });
    const text = readFileSync(file, 'utf8');
    expect(await promtool(['check', 'metrics'], text)).toBe('');
    expect(text).toMatch(/^backup_last_success\{name="shop"\} \d+$/m);
    expect(text).toMatch(/^backup_size_bytes\{name="shop"\} \d+$/m);
  });
});
