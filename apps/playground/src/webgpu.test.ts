import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { answered, giveKinds, LONG, PATIENCE, trained, useSite } from './testing/visit.js';

describeInChromium(() => {
  const visit = useSite();

  /** In a browser of its own, which may lose its graphics card. */
  async function inBrowser(
    more: readonly string[],
    use: (page: Page, browser: Browser) => Promise<void>,
  ): Promise<void> {
    const browser = await launchChromium(more);
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      await use(page, browser);
    } finally {
      await browser.close();
    }
  }

  it(
    'computes on WebGPU where that is chosen, and remembers it',
    async () => {
      const page = await visit.page();
      await answered(page);
      await page.selectOption('#backend', 'webgpu');
      await page.getByText('Runs on WebGPU.').waitFor();
      await page.click('#ask-examples button:nth-child(2)');
      await page.getByText(/ms on WebGPU$/).waitFor();
      await page.reload();
      expect(await page.inputValue('#backend')).toBe('webgpu');
    },
    LONG,
  );

  it(
    'says so where WebGPU is chosen and there is none, and answers all the same',
    () =>
      inBrowser(['--disable-gpu', '--disable-software-rasterizer'], async (page) => {
        await page.goto(visit.address);
        await page.selectOption('#backend', 'webgpu');
        const notice = page.locator('#runs-notice');
        await notice.getByText('WebGPU cannot be used: no adapter').waitFor();
        expect(await notice.textContent()).toContain('This page runs on WebAssembly instead.');
        await answered(page);
        expect(await page.textContent('#ask-answer .meta:last-child')).toMatch(/ms on WebAssembly, \d threads?$/);
        await page.selectOption('#backend', 'wasm');
        await page.waitForFunction(() => document.querySelector('#runs-notice')?.textContent === '');
      }),
    LONG,
  );

  it(
    'trains again on WebAssembly, and says so, where WebGPU fails in the midst of a training',
    () =>
      inBrowser([], async (page, browser) => {
        await page.goto(`${visit.address}#teach`);
        await page.selectOption('#backend', 'webgpu');
        await page.getByText('Runs on WebGPU.').waitFor();
        await giveKinds(page, 3);
        await page.click('#train');
        await page.getByText(/round \d+ of/).waitFor();
        const devtools = await browser.newBrowserCDPSession();
        await devtools.send('Browser.crashGpuProcess');
        const said = page.locator('#said', { hasText: 'WebGPU has failed: training begins again on WebAssembly' });
        await said.waitFor({ state: 'attached' });
        await trained(page);
        expect(await page.textContent('#runs-notice')).toContain('it failed while it was used');
      }),
    LONG,
  );
});
