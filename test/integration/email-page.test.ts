// The page of an e-mail in a real browser: both themes, a phone and a desk, with axe looking for what shuts people out.
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupNotice } from '../../src/reports/backup-notice.ts';
import { renderEmail } from '../../src/reports/email-message.ts';
import { need } from '../parts/availability.ts';
import { openBrowser } from '../parts/browser.ts';
import { CASES } from '../unit/reports/cases.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const { missing } = await need('browser');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly impact: string; readonly nodes: object[] }[];
}

describe.skipIf(missing)('an e-mail in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const looks = (['light', 'dark'] as const).flatMap(colorScheme =>
    [360, 1440].map(width => ({ colorScheme, width })),
  );
  it.each(looks)('is whole in $colorScheme at $width px', async ({ colorScheme, width }) => {
    for (const name of ['success', 'shrunk', 'failed-password', 'failed-inputs', 'cancelled', 'hostile']) {
      const { html } = renderEmail(backupNotice(CASES[name] ?? expect.fail(name), 'full'));
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const said: string[] = [];
      const asked: string[] = [];
      page.on('console', message => said.push(message.text()));
      page.on('pageerror', error => said.push(error.message));
      page.on('request', request => asked.push(request.url()));
      await page.setContent(html);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ name, said, asked, overflow }).toEqual({ name, said: [], asked: [], overflow: 0 });
      await page.addScriptTag({ path: AXE });
      // A mail has no landmarks: it stands inside the page of whoever reads it.
      const { violations } = (await page.evaluate(
        "axe.run({ rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } } })",
      )) as AxeResult;
      expect(violations.map(({ id, impact, nodes }) => ({ name, id, impact, nodes }))).toEqual([]);
      await page.close();
    }
  });
});
