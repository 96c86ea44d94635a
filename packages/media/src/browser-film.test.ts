import { fileURLToPath } from 'node:url';
import { required } from '@sensorium/contracts';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Media from './browser.js';
import type { ClipNeeds } from './index.js';
import * as node from './index.js';
import { brightening, encodeFilm, films } from './testing/films.js';
import { codings, encodeSound } from './testing/sounds.js';

/** The browser entry as a script that puts its exports into the global `media`. */
async function bundle(): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sensorium/source', 'browser'] },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('./browser.ts', import.meta.url)), formats: ['iife'], name: 'media' },
    },
  })) as Rolldown.RolldownOutput[];
  const [chunk] = result.flatMap(({ output }) => output).filter((file) => file.type === 'chunk');
  return required(chunk, 'a chunk').code;
}

describeInChromium(() => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    // WebCodecs are for pages that came over a secure way, as those of this machine's own servers.
    await page.route('http://localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>films</title>' }),
    );
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: await bundle() });
  });
  afterAll(() => browser?.close());

  interface Decoded {
    readonly times: readonly number[];
    readonly sizes: readonly string[];
    /** Of a pixel at the bottom right of each frame, and one at the top left of the first. */
    readonly levels: readonly number[];
    readonly corner: readonly number[];
  }
  const describeClip = ({ frames, times }: Media.Clip): Decoded => ({
    times: [...times],
    sizes: frames.map(({ width, height }) => `${width}×${height}`),
    levels: frames.map(({ width, height, channels, data }) => data[((height - 3) * width + width - 3) * channels + 1]!),
    corner: [...frames[0]!.data.subarray(0, 3)],
  });

  async function decode(bytes: Uint8Array, needs?: ClipNeeds): Promise<Decoded | string> {
    return page.evaluate(
      async ([numbers, needs]) => {
        const { decodeVideo, readAddress } = (globalThis as unknown as { media: typeof Media }).media;
        try {
          const { frames, times } = await decodeVideo(
            new Uint8Array(numbers),
            { name: 'a film', read: readAddress },
            needs ?? undefined,
          );
          return {
            times: [...times],
            sizes: frames.map(({ width, height }) => `${width}×${height}`),
            levels: frames.map(
              ({ width, height, channels, data }) => data[((height - 3) * width + width - 3) * channels + 1]!,
            ),
            corner: [...frames[0]!.data.subarray(0, 3)],
          };
        } catch (error) {
          return (error as Error).message;
        }
      },
      [[...bytes], needs ?? null] as const,
    );
  }

  const needs: ClipNeeds = { frames: 4, rate: 0, width: 32, height: 16, fit: 'squeeze' };
  const frames = brightening(20);
  const gif = () =>
    sharp(Buffer.concat([10, 90, 200].map((level) => Buffer.alloc(16 * 8 * 3, level))), {
      raw: { width: 16, height: 24, channels: 3, pageHeight: 8 },
    });

  it.each<[string, () => Promise<Uint8Array>, ClipNeeds?]>([
    ['WebM', () => encodeFilm(frames, 10, films.WebM), needs],
    ['WebM, all of it', () => encodeFilm(frames, 10, films.WebM)],
    [
      'animated GIF',
      () =>
        gif()
          .gif({ delay: [100, 300, 200] })
          .toBuffer(),
    ],
    [
      'animated WebP',
      () =>
        gif()
          .webp({ lossless: true, delay: [100, 300, 200] })
          .toBuffer(),
      { ...needs, frames: 2 },
    ],
  ])('sees what Node sees: %s', async (_, make, wanted) => {
    const bytes = await make();
    const expected = describeClip(await node.decodeVideo(bytes, { read: node.readAddress }, wanted));
    const found = await decode(bytes, wanted);
    if (typeof found === 'string') return expect.fail(found);
    expect(found.sizes).toEqual(expected.sizes);
    found.times.forEach((time, index) => expect(time).toBeCloseTo(expected.times[index]!, 2));
    const differences = (part: 'levels' | 'corner') =>
      Math.max(...found[part].map((value, index) => Math.abs(value - expected[part][index]!)));
    expect(differences('levels')).toBeLessThanOrEqual(8);
    // The file does not say how its colours are coded, and each guesses.
    expect(differences('corner')).toBeLessThanOrEqual(30);
  });

  it('refuses a sound, and what is cut', async () => {
    const tone = Float32Array.from({ length: 8000 }, (_, index) => Math.sin(index / 5) / 2);
    const sound = await encodeSound({ rate: 16000, channels: [tone] }, codings.WebM);
    expect(await decode(sound)).toMatch(/"a film" has no picture: it is a sound/);
    const film = await encodeFilm(frames, 10, films.WebM);
    expect(await decode(film.subarray(0, 60))).toMatch(/"a film" begins as Matroska, but is damaged or cut/);
  });

  it('gives the same samples of 16 bits as Node', async () => {
    const data = Uint16Array.from({ length: 35 }, (_, index) => index * 1871);
    const png = await node.encodePng({ width: 7, height: 5, channels: 1, data });
    const found = await page.evaluate(
      async (numbers) => {
        const { readSamples, readAddress } = (globalThis as unknown as { media: typeof Media }).media;
        const samples = await readSamples(new Uint8Array(numbers), 'a map', { read: readAddress });
        return samples && [...samples.data];
      },
      [...png],
    );
    expect(found).toEqual([...data]);
  });
});
