import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { image } from '@sensorium/encoder-image';
import { decodeImage } from '@sensorium/media';
import { loadPipeline } from '@sensorium/orchestrator';
import { describeInChromium } from '@sensorium/testkit/chromium';
import { check } from '@sensorium/trainer';
import { unzipSync } from 'fflate';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { drawings } from './testing/drawings.js';
import { chooseFiles, giveKinds, LONG, trained, useSite } from './testing/visit.js';

describeInChromium(() => {
  const visit = useSite();

  async function tried(page: Page): Promise<{ label: string | null; share: string | null }> {
    const place = page.locator('#try-answer');
    return {
      label: await place.locator('.label').textContent(),
      share: await place.locator('.share').first().textContent(),
    };
  }

  it(
    'teaches, on a slow machine too, gives the model away, and has it again after a reload',
    async () => {
      const page = await visit.page();
      const devtools = await page.context().newCDPSession(page);
      await page.click('#tab-teach');
      await giveKinds(page, 20);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      await page.click('#train');
      await page.getByText(/\d+ (s|min) left/).waitFor();
      // The page draws and answers clicks while the worker computes.
      await page.click('#tab-ask');
      await page.click('#ask-examples button:nth-child(2)');
      await page.waitForSelector('#ask-examples button:nth-child(2)[aria-pressed="true"]');
      await page.click('#tab-teach');
      expect(await page.evaluate(() => new Promise<boolean>((done) => requestAnimationFrame(() => done(true))))).toBe(
        true,
      );
      expect(await page.isVisible('#train-stop')).toBe(true);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      await trained(page);

      const [other] = await drawings('green', 1, 'other');
      await chooseFiles(page, '#try-file', other!);
      await page.waitForSelector('#try-answer .label');
      const before = await tried(page);
      expect(before.label).toBe('green');

      const download = async (button: string): Promise<Uint8Array> => {
        const [file] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
        return readFile(await file.path());
      };
      const share = await greenOf(await download('#take-model'), other!.buffer);
      expect(Math.abs(100 * share - Number.parseFloat(before.share!.replace('> ', '')))).toBeLessThan(1.01);
      await checkFolder(unzipSync(await download('#take-folder')), other!.buffer, share);

      await page.reload();
      await trained(page);
      expect(await page.inputValue('.kind:nth-child(2) .kind-name')).toBe('green');
      await chooseFiles(page, '#try-file', other!);
      await page.waitForSelector('#try-answer .label');
      expect(await tried(page)).toEqual(before);
    },
    LONG,
  );

  it(
    'goes on with a training that the closing of the page broke off',
    async () => {
      let page = await visit.page({}, '#teach');
      await giveKinds(page, 4);
      await page.getByText('8 examples of 2 kinds are ready.').waitFor();
      await page.click('#train');
      await page.getByText(/round ([4-9]|\d\d+) of/).waitFor();
      await page.close();

      page = await visit.again('#teach');
      await page.getByText('was stopped before it was done').waitFor();
      const first = page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const progress = document.querySelector('progress')!;
            new MutationObserver(() => progress.value > 0 && resolve(progress.value)).observe(progress, {
              attributes: true,
            });
          }),
      );
      await page.click('#train-resume');
      expect(await first).toBeGreaterThan(1 / 150);
      await trained(page);

      await page.click('.kind:nth-child(1) .examples button');
      await page.click('#example-dialog [value="remove"]');
      await page.getByText('The examples have changed since the model was trained.').waitFor();
    },
    LONG,
  );
});

/** Pixels as the manifest's encoder prepares them, by the modality's own decoder: [1,32,32,3]. */
async function pixelsOf(png: Uint8Array): Promise<Tensor> {
  const encoder = image.create(image.options.parse({ size: 32 }), new Map());
  const { pixels } = encoder.prepare(await decodeImage(png));
  return new Tensor('uint8', pixels!.data as Uint8Array, [...pixels!.shape]);
}

/** The probability of green, as ONNX Runtime alone computes it. */
async function greenOf(model: Uint8Array, png: Uint8Array): Promise<number> {
  const session = await InferenceSession.create(model);
  const outputs = await session.run({ [session.inputNames[0]!]: await pixelsOf(png) });
  const probabilities = outputs['kind.probabilities']!.data as Float32Array;
  // Labels are in the order of their letters.
  return probabilities[0]!;
}

/** The folder is whole: its model answers, and its examples can be trained on again. */
async function checkFolder(files: Record<string, Uint8Array>, png: Uint8Array, share: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-downloaded-'));
  try {
    await mkdir(join(folder, 'examples'));
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    const from = [fileURLToPath(new URL('../../../packages/cli/package.json', import.meta.url))];
    const pipeline = await loadPipeline(folder, { from, backend: 'cpu' });
    const { kind } = await pipeline.run({ picture: png });
    await pipeline.dispose();
    expect(kind?.confidence).toBeCloseTo(share, 4);
    const { plan } = await check(join(folder, 'manifest.json'), {
      from,
      set: ['data.train=examples.csv'],
      backend: 'cpu',
    });
    expect(plan.rows.map(({ name }) => name)).toEqual(['picture', 'kind']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
