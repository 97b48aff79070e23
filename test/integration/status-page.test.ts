// The status page in a real browser: both themes, a phone and a desk, with axe looking for what shuts people out.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderStatusPage } from '../../src/reports/status-page/page.ts';
import { need } from '../parts/availability.ts';
import { openBrowser } from '../parts/browser.ts';
import { pageName, statusPage } from '../parts/status-page.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const { missing } = await need('browser');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: object[] }[];
}

describe.skipIf(missing)('the status page in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'status-page-'));
    const findings = [
      { severity: 'critical' as const, text: 'The newest good backup is 12 days old; 26 h are allowed.' },
      { severity: 'warning' as const, text: 'No restore test passed in the last 35 days.' },
    ];
    const names = [
      pageName('app', 400),
      pageName('a-database-with-a-very-long-name-that-somebody-generated-once', 60, {
        state: 'critical',
        findings,
      }),
      pageName('empty', 0, { latest: null, prune: null, tiers: [] }),
    ];
    await writeFile(join(folder, 'page.html'), renderStatusPage(statusPage(names)));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(
    (['light', 'dark'] as const).flatMap(colorScheme => [360, 1440].map(width => ({ colorScheme, width }))),
  )('is whole in $colorScheme at $width px', async ({ colorScheme, width }) => {
    // The page forbids scripts; axe is the test's own.
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', message => said.push(message.text()));
    page.on('pageerror', error => said.push(error.message));
    page.on('request', request => asked.push(request.url()));
    await page.goto(`file://${join(folder, 'page.html')}`);
    for (const fold of await page.locator('summary').all()) await fold.click();
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    await page.addScriptTag({ path: AXE });
    const { violations } = (await page.evaluate('axe.run()')) as AxeResult;
    expect({ said, asked: asked.length, overflow }).toEqual({ said: [], asked: 1, overflow: 0 });
    expect(violations.map(({ id, impact, nodes }) => ({ id, impact, nodes }))).toEqual([]);
    await page.close();
  });

  it('shows nothing by script: its policy lets none run', async () => {
    const page = await browser.newPage({ javaScriptEnabled: true });
    await page.goto(`file://${join(folder, 'page.html')}`);
    const policy = await page.locator('meta[http-equiv]').getAttribute('content');
    expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'");
    await page.close();
  });
});
