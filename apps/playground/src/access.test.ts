import { describeInChromium, findAxeProblems } from '@sensorium/testkit/chromium';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { drawings } from './testing/drawings.js';
import { answered, broken, chooseFiles, giveKinds, LONG, trained, useSite } from './testing/visit.js';

describeInChromium(() => {
  const visit = useSite();

  /** Goes through all rooms and their states. */
  async function walk(page: Page, onState: (state: string) => Promise<void>): Promise<void> {
    await answered(page);
    await onState('ask: an answer');
    await chooseFiles(page, '#ask-file', broken);
    await page.waitForSelector('#ask-problem:not(:empty)');
    await onState('ask: a broken file');
    await page.click('#ask-camera');
    await page.waitForSelector('#camera-dialog[open]');
    await onState('ask: the camera');
    await page.click('#camera-done');

    await page.click('#tab-inside');
    await page.waitForSelector('#plan svg');
    await onState('inside: a plan');
    await page.fill('#manifest', 'sensorium: 1\ninputs: { a: imag }\nheads: { b: classificatio }\n');
    await page.waitForSelector('.wrong');
    await onState('inside: errors');

    await page.click('#tab-teach');
    await page.getByText('Give every kind a name.').waitFor();
    await onState('teach: nothing yet');
    await giveKinds(page, 3);
    await chooseFiles(page, '.kind:nth-child(1) .pictures', broken);
    await page.waitForSelector('.kind:nth-child(1) .problem:not(:empty)');
    await onState('teach: examples, and a broken file');
    await page.click('.kind .examples button');
    await page.waitForSelector('#example-dialog[open]');
    await onState('teach: an example');
    await page.keyboard.press('Escape');
    await page.click('#train');
    await page.getByText(/left/).filter({ visible: true }).first().waitFor();
    await page.click('#train-stop');
    await page.getByText('was stopped before it was done').waitFor();
    await onState('teach: a training that was stopped');
    await page.click('#train-resume');
    await trained(page);
    const [other] = await drawings('green', 1, 'other');
    await chooseFiles(page, '#try-file', other!);
    await page.waitForSelector('#try-answer .label');
    await onState('teach: a model');
    await page.click('#start-over');
    await page.waitForSelector('#confirm-dialog[open]');
    await onState('teach: a question before all is forgotten');
  }

  it.each([
    ['light', 1280],
    ['dark', 320],
  ] as const)(
    'has nothing that axe finds, nothing that is too wide, and nothing that moves where nothing is to move: %s, %i pixels',
    async (colorScheme, width) => {
      const page = await visit.page({ colorScheme, viewport: { width, height: 740 }, reducedMotion: 'reduce' });
      await walk(page, async (state) => {
        expect(await findAxeProblems(page), state).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBe(width);
        expect(await page.evaluate(() => document.getAnimations().length), state).toBe(0);
      });
    },
    LONG,
  );

  it(
    'fits a narrow screen',
    async () => {
      const page = await visit.page({ viewport: { width: 360, height: 740 } });
      await answered(page);
      for (const room of ['ask', 'teach', 'inside']) {
        await page.click(`#tab-${room}`);
        await page.waitForSelector(room === 'inside' ? '#plan svg' : `#room-${room}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), room).toBe(360);
      }
    },
    LONG,
  );

  const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');

  /** Presses Tab until an element has the focus, which then must be seen. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let steps = 0; steps < 60; steps++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
        expect(outline, selector).not.toBe('none');
        return;
      }
    }
    expect.fail(`Tab does not lead to ${selector}`);
  }

  it(
    'asks by keyboard alone, and goes from room to room',
    async () => {
      const page = await visit.page();
      await answered(page);
      await tabTo(page, '#tab-ask');
      await page.keyboard.press('ArrowRight');
      expect([await focused(page), await page.isVisible('#room-teach')]).toEqual(['tab-teach', true]);
      await page.keyboard.press('End');
      expect([await focused(page), await page.isVisible('#room-inside')]).toEqual(['tab-inside', true]);
      await page.waitForSelector('#plan svg');
      // Tab leaves the text field, too: it types nothing.
      await page.locator('#manifest').focus();
      await tabTo(page, '[aria-label="Parts"]');
      await page.locator('#tab-inside').focus();
      await page.keyboard.press('ArrowRight');
      expect(await focused(page)).toBe('tab-ask');
      await tabTo(page, '#ask-question');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('count the objects');
      await page.keyboard.press('Enter');
      await page.locator('#said', { hasText: /^\d, / }).waitFor({ state: 'attached' });
    },
    LONG,
  );

  it(
    'teaches lines of text by keyboard alone',
    async () => {
      const page = await visit.page({}, '#teach');
      await page.getByText('Give every kind a name.').waitFor();
      const lines = {
        good: ['a warm delight', 'funny and warm', 'a delight'],
        bad: ['dull and loud', 'far too long', 'loud and long'],
      };
      for (const [index, [name, texts]] of Object.entries(lines).entries()) {
        const card = `.kind:nth-child(${index + 1})`;
        await tabTo(page, `${card} .kind-name`);
        await page.keyboard.type(name);
        await tabTo(page, `${card} form input`);
        for (const text of texts) {
          await page.keyboard.type(text);
          await page.keyboard.press('Enter');
        }
        await page.waitForSelector(`${card} .words:nth-child(3)`);
      }
      await page.getByText('6 examples of 2 kinds are ready.').waitFor();
      await tabTo(page, '#train');
      await page.keyboard.press('Enter');
      await trained(page);
      await page.waitForFunction(() => document.activeElement?.id === 'train');
      await tabTo(page, '#try-text');
      await page.keyboard.type('a warm delight');
      await page.keyboard.press('Enter');
      await page.locator('#try-answer .label', { hasText: 'good' }).waitFor();
      expect(await page.isVisible('#try-file')).toBe(false);
      // Whoever removes an example goes on at the next one.
      await page.locator('.kind:nth-child(1) .words:nth-child(1) button').focus();
      await page.keyboard.press('Enter');
      await tabTo(page, '#example-dialog [value="remove"]');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.textContent === 'funny and warm');
    },
    LONG,
  );
});
