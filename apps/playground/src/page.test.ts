import { describeInChromium } from '@sensorium/testkit/chromium';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { drawings } from './testing/drawings.js';
import { answered, broken, chooseFiles, LONG, useSite } from './testing/visit.js';

describeInChromium(() => {
  const visit = useSite();

  async function drop(
    page: Page,
    target: string,
    file: { name: string; mimeType: string; buffer: Buffer },
  ): Promise<void> {
    const transfer = await page.evaluateHandle(
      ({ name, mimeType, bytes }) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], name, { type: mimeType }));
        return transfer;
      },
      { ...file, bytes: [...file.buffer] },
    );
    await page.dispatchEvent(target, 'drop', { dataTransfer: transfer });
  }

  const asked = (page: Page): Promise<string | null> => page.textContent('#ask-answer .label');

  it(
    'asks the first question by itself, and the next where it is clicked or typed; nothing leaves the machine',
    async () => {
      const page = await visit.page();
      const elsewhere: string[] = [];
      page.context().on('request', (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(visit.address))
          elsewhere.push(request.url());
      });
      await answered(page);
      // In a picture of one object that is asked for its shape or colour.
      expect(await page.textContent('#ask-answer .verdict')).toBe('which is right');
      const shares = await page.locator('#ask-answer .bars .share').allTextContents();
      expect(shares).toHaveLength(5);
      expect(await page.textContent('#ask-answer .meta')).toMatch(/^[\d.]+ ms on WebAssembly, \d threads?$/);
      expect(await page.textContent('#said')).toBe(`${await asked(page)}, ${shares[0]}`);
      await page.waitForSelector('#ask-strip button:nth-child(5)');

      const chip = page.locator('#ask-examples button').nth(1);
      const question = await chip.textContent();
      await chip.click();
      await page.waitForSelector('#ask-examples button:nth-child(2)[aria-pressed="true"]');
      await answered(page);
      expect(await page.inputValue('#ask-question')).toBe(question);

      await page.fill('#ask-question', 'how many zebras are there?');
      await page.press('#ask-question', 'Enter');
      await page.getByText('Unknown words: zebras.').waitFor();

      await page.click('#ask-another');
      await page.waitForSelector('#ask-strip button:nth-child(6)[aria-pressed="true"]');
      await answered(page);
      expect(await page.getAttribute('#ask-picture', 'alt')).toMatch(/background$/);
      expect(elsewhere).toEqual([]);
    },
    LONG,
  );

  it(
    'answers about a picture that is dropped, chosen, or taken with the camera, and says what is none',
    async () => {
      const page = await visit.page();
      await answered(page);
      const [own] = await drawings('red', 1, 'own');
      await drop(page, '#ask-stage', own!);
      await page.getByText('only ever seen drawings').waitFor();
      expect(await page.getAttribute('#ask-picture', 'alt')).toBe('red-0.png');

      await chooseFiles(page, '#ask-file', broken);
      const problem = page.locator('#ask-problem');
      await problem.getByText('This file is not a picture that can be read: notes.png.').waitFor();
      await chooseFiles(page, '#ask-file', { ...own!, name: 'mine.png' });
      await page.waitForSelector('#ask-picture[alt="mine.png"]');
      expect(await problem.textContent()).toBe('');

      await page.click('#ask-camera');
      await page.click('#camera-take');
      await page.waitForSelector('#ask-picture[alt="a picture of your camera"]');
      await answered(page);
    },
    LONG,
  );

  it(
    'answers about a picture that is pasted',
    async () => {
      const page = await visit.page({ permissions: ['clipboard-read', 'clipboard-write'] });
      await answered(page);
      const [own] = await drawings('red', 1, 'pasted');
      await page.evaluate(
        async (bytes) => {
          const picture = new Blob([Uint8Array.from(bytes)], { type: 'image/png' });
          await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
        },
        [...own!.buffer],
      );
      await page.keyboard.press('Control+V');
      await page.waitForSelector('#ask-picture[alt="image.png"]');
      await page.getByText('only ever seen drawings').waitFor();
    },
    LONG,
  );

  it(
    'moves nothing that one may be about to press while it loads and answers',
    async () => {
      const page = await visit.page();
      await answered(page);
      await page.waitForSelector('#ask-strip button:nth-child(5)');
      await page.fill('#ask-question', 'how many zebras are there?');
      await page.press('#ask-question', 'Enter');
      await page.getByText('Unknown words: zebras.').waitFor();
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            // Cumulative layout shift, web.dev/cls: 0.1 and less is good.
            const observer = new PerformanceObserver((list) => {
              observer.disconnect();
              resolve(list.getEntries().reduce((sum, entry) => sum + (entry as unknown as { value: number }).value, 0));
            });
            observer.observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve(0), 1000);
          }),
      );
      expect(shift).toBeLessThan(0.02);
    },
    LONG,
  );

  it(
    'works below a path, without headers of the server, on one thread',
    async () => {
      const page = await visit.page({}, visit.plain);
      await answered(page);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      expect(await page.textContent('#runs-on')).toContain('Runs on WebAssembly, 1 thread.');
    },
    LONG,
  );

  it(
    'draws the plan of a manifest as it is typed, and marks what is wrong at its place',
    async () => {
      const page = await visit.page({}, '#inside');
      await page.waitForSelector('#plan svg');
      expect(await page.getAttribute('#plan svg', 'aria-label')).toContain('fusion reads image and question');
      expect(await page.locator('#plan tbody tr').count()).toBe(4);
      const texts = page.locator('#plan tbody tr th');
      for (let sample = 1; sample < 5; sample++) {
        const before = await page.getAttribute('#plan svg', 'aria-label');
        await page.selectOption('#sample', String(sample));
        await page.waitForFunction((old) => document.querySelector('#plan svg')?.ariaLabel !== old, before);
        expect(await page.textContent('#manifest-problem')).toBe('');
      }
      const manifest =
        'sensorium: 1\ninputs: { a: { encoder: image, sise: 64 }, b: text }\nfusion: attention\nheads:\n  x: { use: classification, dropout: two }\n';
      await page.fill('#manifest', manifest);
      await page.waitForSelector('.wrong');
      expect(await page.locator('.wrong').allTextContents()).toEqual(['sise', 'two']);
      await page.fill('#manifest', manifest.replace('image,', 'imag,').replace('attention', 'atention'));
      await page.waitForSelector('#manifest-problem li:nth-child(3)');
      expect(await page.locator('.wrong').allTextContents()).toEqual(['imag', 'atention', 'two']);
      await page.fill('#manifest', manifest);
      await page.waitForSelector('#manifest-problem li:nth-child(2):last-child');
      expect(await page.textContent('#manifest-problem')).toContain('Did you mean "size"?');
      await page.getByRole('button', { name: 'Line 5, column' }).click();
      expect(await page.evaluate(() => document.querySelector('textarea')!.selectionStart)).toBe(
        manifest.indexOf('two'),
      );
      await page.fill('#manifest', manifest.replace('sise', 'size').replace('two', '0.5'));
      await page.getByRole('rowheader', { name: 'x' }).waitFor();
      await page.waitForSelector('.wrong', { state: 'detached' });
      expect(await texts.allTextContents()).toEqual(['a', 'b', 'fusion', 'x']);
      await page.reload();
      await page.getByRole('rowheader', { name: 'x' }).waitFor();
      expect(await page.inputValue('#manifest')).toContain('size: 64');
    },
    LONG,
  );
});
