import { describeInChromium, findAxeProblems } from '@sensorium/testkit/chromium';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { drawings } from './testing/drawings.js';
import { chooseFiles, LONG, useSite } from './testing/visit.js';

const ROOMS = ['ask', 'teach', 'inside'] as const;
const broken = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not a picture at all') };

describeInChromium(() => {
  const visit = useSite();

  const answered = (page: Page): Promise<unknown> => page.waitForSelector('#ask-answer[aria-busy="false"] .label');

  /** Enters a room and waits until it shows something. */
  async function enter(page: Page, room: (typeof ROOMS)[number]): Promise<void> {
    await page.click(`#tab-${room}`);
    if (room === 'ask') await answered(page);
    if (room === 'inside') await page.waitForSelector('#plan svg');
    if (room === 'teach') await page.getByText('Give every kind a name.').waitFor();
  }

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

  it(
    'is used by keyboard alone',
    async () => {
      const page = await visit.page();
      await answered(page);
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('tab-ask');
      await page.keyboard.press('ArrowRight');
      expect([await focused(), await page.isVisible('#room-teach')]).toEqual(['tab-teach', true]);
      await page.keyboard.press('End');
      expect([await focused(), await page.isVisible('#room-inside')]).toEqual(['tab-inside', true]);
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => document.activeElement?.id === 'tab-ask');
      for (let steps = 0; (await focused()) !== 'ask-question'; steps++) {
        expect(steps).toBeLessThan(20);
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Control+A');
      await page.keyboard.type('count the objects');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector('#ask-answer')?.ariaBusy === 'false');
      await answered(page);
    },
    LONG,
  );

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds, in %s colours',
    async (colorScheme) => {
      const page = await visit.page({ colorScheme, reducedMotion: 'reduce' });
      for (const room of ROOMS) {
        await enter(page, room);
        expect(await findAxeProblems(page), room).toEqual([]);
      }
      await page.fill('#manifest', 'sensorium: 2');
      await page.waitForSelector('.wrong');
      expect(await findAxeProblems(page), 'a manifest with an error').toEqual([]);
      await page.click('#tab-teach');
      await page.click('#teach-sample');
      await page.waitForSelector('.kind:nth-child(2) .thumb:nth-child(20)');
      await page.click('.kind .examples button');
      expect(await findAxeProblems(page), 'an example').toEqual([]);
    },
    LONG,
  );

  it(
    'fits a narrow screen',
    async () => {
      const page = await visit.page({ viewport: { width: 360, height: 740 } });
      for (const room of ROOMS) {
        await enter(page, room);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), room).toBe(360);
      }
    },
    LONG,
  );
});
