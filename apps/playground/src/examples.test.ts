import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeInChromium } from '@sensorium/testkit/chromium';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { drawings } from './testing/drawings.js';
import { broken, chooseFiles, giveKinds, LONG, trained, useSite } from './testing/visit.js';

describeInChromium(() => {
  const visit = useSite();

  const triedLabel = async (page: Page): Promise<string | null> => page.textContent('#try-answer .label');

  it(
    'learns the folders of a folder, leaves out what is no picture, and learns again from more examples another day',
    async () => {
      const folder = await petsFolder();
      try {
        let page = await visit.page({}, '#teach');
        await page.getByText('Give every kind a name.').waitFor();
        await chooseFiles(page, '#teach-folder', folder);
        await page.waitForSelector('.kind:nth-child(2) .thumb:nth-child(3)');
        const names = page.locator('.kind-name');
        expect([await names.nth(0).inputValue(), await names.nth(1).inputValue()]).toEqual(['green', 'red']);
        expect(await page.locator('.kind .count').allTextContents()).toEqual(['3 examples', '3 examples']);
        const problem = page.locator('.kind:nth-child(1) .problem');
        expect(await problem.textContent()).toContain('not a picture that can be read: pets/green/notes.png');
        await page.click('#train');
        await trained(page);
        await page.close();

        page = await visit.again('#teach');
        await page.getByText('Trained on these 6 examples').waitFor();
        await chooseFiles(page, '.kind:nth-child(1) .pictures', await drawings('green', 2, 'more'));
        await page.getByText('The examples have changed since the model was trained.').waitFor();
        await page.click('#train');
        await page.getByText('Trained on these 8 examples').waitFor();
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    LONG,
  );

  it(
    'learns what the camera sees, and names it as it is seen',
    async () => {
      const page = await visit.page({}, '#teach');
      await giveKinds(page, 3);
      await page.fill('.kind:nth-child(2) .kind-name', 'camera');
      await page.click('.kind:nth-child(2) .camera');
      for (let taken = 1; taken <= 3; taken++) {
        await page.click('#camera-take');
        await page.getByText(`${taken} taken`).waitFor();
      }
      await page.click('#camera-done');
      expect(await page.textContent('.kind:nth-child(2) .count')).toBe('6 examples');
      await page.click('#train');
      await trained(page);
      await page.click('#try-camera');
      await page.locator('#camera-answer .label', { hasText: 'camera' }).waitFor();
      await page.click('#camera-done');
      expect(await page.isVisible('#camera-dialog')).toBe(false);
    },
    LONG,
  );

  it(
    'learns pictures together with words, and then reads either or both',
    async () => {
      const page = await visit.page({}, '#teach');
      await giveKinds(page, 3);
      for (const [index, words] of ['warm as fire', 'fresh as grass'].entries()) {
        for (let example = 1; example <= 3; example++) {
          await page.click(`.kind:nth-child(${index + 1}) .thumb:nth-child(${example}) button`);
          await page.fill('#example-text', words);
          await page.press('#example-text', 'Enter');
          await page.waitForSelector(`.kind:nth-child(${index + 1}) .both:nth-child(${example})`);
        }
      }
      await page.click('#train');
      await trained(page);
      await page.fill('#try-text', 'fresh as grass');
      await page.press('#try-text', 'Enter');
      await page.waitForSelector('#try-answer .label');
      expect(await triedLabel(page)).toBe('green');
      const [other] = await drawings('green', 1, 'other');
      await chooseFiles(page, '#try-file', other!);
      await page.waitForSelector('#try-picture[alt="green-0.png"]');
      await page.locator('#try-answer .label', { hasText: 'green' }).waitFor();
      await page.fill('#try-text', '');
      await page.press('#try-text', 'Enter');
      await page.locator('#try-answer .label', { hasText: 'green' }).waitFor();
    },
    LONG,
  );

  it(
    'says beside a kind what of its files is none, and keeps what is one',
    async () => {
      const page = await visit.page({}, '#teach');
      await page.getByText('Give every kind a name.').waitFor();
      const [good] = await drawings('red', 1, 'good');
      await chooseFiles(page, '.kind:nth-child(2) .pictures', [broken, good!]);
      await page.waitForSelector('.kind:nth-child(2) .thumb');
      const problem = page.locator('.kind:nth-child(2) .problem');
      await problem.getByText('not a picture that can be read: notes.png').waitFor();
      await chooseFiles(page, '.kind:nth-child(2) .pictures', good!);
      await page.waitForSelector('.kind:nth-child(2) .thumb:nth-child(2)');
      expect(await problem.textContent()).toBe('');
    },
    LONG,
  );
});

/** `pets` with a folder of each of two kinds, something that is no picture, and what a system puts into folders. */
async function petsFolder(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'sensorium-folders-')), 'pets');
  for (const colour of ['green', 'red'] as const) {
    await mkdir(join(folder, colour), { recursive: true });
    for (const { name, buffer } of await drawings(colour, 3, 'folder'))
      await writeFile(join(folder, colour, name), buffer);
  }
  await writeFile(join(folder, 'green', broken.name), broken.buffer);
  await writeFile(join(folder, 'green', '.DS_Store'), 'x');
  return folder;
}
