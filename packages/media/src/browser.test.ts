import { fileURLToPath } from 'node:url';
import { required } from '@sensorium/contracts';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Media from './browser.js';
import type { Raster } from './index.js';
import * as node from './index.js';
import { gifOnCanvas, linearGreyProfile, pngWith, pngWithProfile } from './testing/pictures.js';

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

it('has a browser entry that needs neither Node nor sharp', async () => {
  const code = await bundle();
  expect(code).toContain('createImageBitmap');
  expect(code).not.toMatch(/node:|sharp/);
});

describeInChromium(() => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    await page.addScriptTag({ content: await bundle() });
  });
  afterAll(() => browser?.close());

  type Outcome = { raster: Raster } | { code: string; message: string };

  /** Decodes in the page; the pixels travel as plain numbers. */
  async function decode(bytes: Uint8Array): Promise<Outcome> {
    const outcome = await page.evaluate(
      async (numbers) => {
        const { decodeImage, readAddress } = (globalThis as unknown as { media: typeof Media }).media;
        try {
          const raster = await decodeImage(new Uint8Array(numbers), { name: 'picture', read: readAddress });
          return { ...raster, data: [...raster.data], code: undefined };
        } catch (error) {
          return { code: String((error as { code?: string }).code), message: (error as Error).message };
        }
      },
      [...bytes],
    );
    if (outcome.code !== undefined) return outcome;
    const { width, height, channels, data } = outcome;
    return { raster: { width, height, channels, data: Uint8Array.from(data) } };
  }

  const pixels = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, index) => (index * 37 + 11) % 256);
  const picture = (channels: 1 | 3 | 4, data = pixels(9 * 6 * channels)): Sharp =>
    sharp(data, { raw: { width: 9, height: 6, channels } });
  const opaque = (): Uint8Array => pixels(9 * 6 * 4).map((value, index) => (index % 4 === 3 ? 255 : value));

  it.each<[string, () => Sharp]>([
    ['RGB', () => picture(3).png()],
    ['grey', () => picture(1).toColourspace('b-w').png()],
    ['RGBA that is opaque', () => picture(4, opaque()).png()],
    ['turned by EXIF', () => picture(3).withMetadata({ orientation: 6 }).png()],
    ['lossless WebP', () => picture(3).webp({ lossless: true })],
  ])('gives the same numbers as in Node: %s', async (_, make) => {
    const bytes = await make().toBuffer();
    expect(await decode(bytes)).toEqual({ raster: await node.decodeImage(bytes) });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns WebP as in Node, by EXIF orientation %i', async (orientation) => {
    const bytes = await picture(3).withMetadata({ orientation }).webp({ lossless: true }).toBuffer();
    expect(await decode(bytes)).toEqual({ raster: await node.decodeImage(bytes) });
  });

  it('applies no gamma of a PNG, as in Node', async () => {
    const raster: Raster = { width: 9, height: 6, channels: 3, data: pixels(9 * 6 * 3) };
    const linear = await pngWith(raster, 'gAMA', Uint8Array.of(0, 1, 0x86, 0xa0));
    expect(await decode(linear)).toEqual({ raster });
    expect(await node.decodeImage(linear)).toEqual(raster);
  });

  it('gives profiles of grey and colour the same meaning as in Node', async () => {
    const grey: Raster = {
      width: 6,
      height: 1,
      channels: 1,
      data: Uint16Array.of(0, 4112, 16_448, 32_896, 49_344, 65_535),
    };
    const bytes = await pngWithProfile(grey, linearGreyProfile());
    const outcome = await decode(bytes);
    if (!('raster' in outcome)) return expect.fail(outcome.message);
    const inNode = await node.decodeImage(bytes);
    expect(outcome.raster.channels).toBe(1);
    inNode.data.forEach((value, index) =>
      expect(Math.abs(value / 257 - (outcome.raster.data[index] as number))).toBeLessThanOrEqual(1),
    );
  });

  it('leaves open what the first frame of a GIF leaves open, as in Node', async () => {
    const frame = sharp(pixels(4 * 4 * 3), { raw: { width: 4, height: 4, channels: 3 } });
    const bytes = gifOnCanvas(await frame.gif().toBuffer(), [7, 6], [2, 1]);
    expect(await decode(bytes)).toEqual({ raster: await node.decodeImage(bytes) });
  });

  it('gives GIF alpha only where a pixel is transparent', async () => {
    const bytes = await sharp(new Uint8Array(300).fill(77), { raw: { width: 10, height: 10, channels: 3 } })
      .gif()
      .toBuffer();
    expect(await decode(bytes)).toEqual({ raster: node.toRgb(await node.decodeImage(bytes)) });
    const half = Uint8Array.from({ length: 400 }, (_, index) => (index % 4 < 3 ? 77 : index < 200 ? 0 : 255));
    const transparent = await sharp(half, { raw: { width: 10, height: 10, channels: 4 } })
      .gif()
      .toBuffer();
    expect(await decode(transparent)).toMatchObject({ raster: { channels: 4 } });
  });

  it('keeps alpha, and colours where there is enough of it', async () => {
    const bytes = await picture(4).png().toBuffer();
    const [inBrowser, inNode] = [await decode(bytes), await node.decodeImage(bytes)];
    if (!('raster' in inBrowser)) return expect.fail(inBrowser.message);
    expect(inBrowser.raster.channels).toBe(4);
    inNode.data.forEach((value, index) => {
      const alpha = inNode.data[index - (index % 4) + 3] as number;
      const tolerance = index % 4 === 3 ? 0 : alpha === 0 ? 255 : Math.ceil(255 / alpha);
      expect(Math.abs((inBrowser.raster.data[index] as number) - value)).toBeLessThanOrEqual(tolerance);
    });
  });

  it.each<[string, () => Sharp, number]>([
    ['JPEG', () => photo().jpeg({ quality: 90 }), 3],
    ['grey JPEG', () => photo().greyscale().toColourspace('b-w').jpeg(), 1],
    ['lossy WebP', () => photo().webp(), 3],
    ['WebP with alpha', () => photo().ensureAlpha(0.5).webp(), 4],
    ['AVIF', () => photo().avif({ quality: 90 }), 3],
  ])('gives nearly the same picture as in Node: %s', async (_, make, channels) => {
    const bytes = await make().toBuffer();
    const [inBrowser, inNode] = [await decode(bytes), await node.decodeImage(bytes)];
    if (!('raster' in inBrowser)) return expect.fail(inBrowser.message);
    const { raster } = inBrowser;
    expect([raster.width, raster.height, raster.channels]).toEqual([inNode.width, inNode.height, channels]);
    const differences = [...inNode.data].map((value, index) => Math.abs(value - (raster.data[index] as number)));
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(3);
  });

  it('turns 16 bits into 8', async () => {
    const data = Uint16Array.from({ length: 9 * 6 * 3 }, (_, index) => (index * 2633) % 65536);
    const bytes = await sharp(data, { raw: { width: 9, height: 6, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const outcome = await decode(bytes);
    if (!('raster' in outcome)) return expect.fail(outcome.message);
    outcome.raster.data.forEach((value, index) =>
      expect(Math.abs(value - (data[index] as number) / 257)).toBeLessThanOrEqual(1),
    );
  });

  const photo = (): Sharp => {
    const smooth = Uint8Array.from({ length: 96 * 64 * 3 }, (_, index) => {
      const [x, y] = [Math.floor(index / 3) % 96, Math.floor(index / 288)];
      return 128 + 60 * Math.sin(x / 15 + (index % 3)) + 50 * Math.cos(y / 11);
    });
    return sharp(smooth, { raw: { width: 96, height: 64, channels: 3 } });
  };
  const noise = (): Sharp => sharp(pixels(64 * 64 * 3), { raw: { width: 64, height: 64, channels: 3 } });
  const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);
  const most = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.floor(bytes.length * 0.9));

  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['no bytes', () => new Uint8Array()],
    ['text', () => new TextEncoder().encode('not a picture')],
    ['a cut PNG', async () => half(await noise().png().toBuffer())],
    ['a cut JPEG', async () => half(await noise().jpeg().toBuffer())],
    ['a cut WebP', async () => half(await noise().webp().toBuffer())],
    ['a cut GIF', async () => half(await noise().gif().toBuffer())],
    ['a PNG that lacks a tenth', async () => most(await noise().png().toBuffer())],
    ['a JPEG that lacks a tenth', async () => most(await noise().jpeg().toBuffer())],
    ['a JPEG without its end', async () => (await noise().jpeg().toBuffer()).subarray(0, -2)],
    ['a WebP that lacks a tenth', async () => most(await noise().webp().toBuffer())],
    ['a GIF that lacks a tenth', async () => most(await noise().gif().toBuffer())],
    ['the first bytes of a JPEG', async () => (await noise().jpeg().toBuffer()).subarray(0, 30)],
    ['the first bytes of a PNG', async () => (await noise().png().toBuffer()).subarray(0, 20)],
  ])('refuses %s', async (_, make) => {
    expect(await decode(await make())).toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  });

  it('refuses a picture of 900 megapixels before decoding it', async () => {
    const bytes = new Uint8Array(await picture(3).png().toBuffer());
    new DataView(bytes.buffer).setUint32(16, 30_000);
    new DataView(bytes.buffer).setUint32(20, 30_000);
    expect(await decode(bytes)).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  });

  it('encodes and resamples to the same numbers as Node', async () => {
    const raster: Raster = { width: 9, height: 6, channels: 4, data: pixels(9 * 6 * 4) };
    const [png, small] = await page.evaluate(
      async ([size, numbers]) => {
        const { encodePng, resample } = (globalThis as unknown as { media: typeof Media }).media;
        const source: Raster = { ...size, channels: 4, data: Uint8Array.from(numbers) };
        return [[...(await encodePng(source))], [...resample(source, 4, 5).data]];
      },
      [{ width: 9, height: 6 }, [...raster.data]] as const,
    );
    expect(await node.decodeImage(Uint8Array.from(png))).toEqual(raster);
    expect(small).toEqual([...node.resample(raster, 4, 5).data]);
  });

  it('reads URLs and text', async () => {
    const url = `data:image/png;base64,${(await picture(3).png().toBuffer()).toString('base64')}`;
    const outcome = await page.evaluate(async (source) => {
      const { decodeImage, readAddress, readUtf8 } = (globalThis as unknown as { media: typeof Media }).media;
      const io = { read: readAddress };
      const { width } = await decodeImage(source);
      const text = await readUtf8(new Blob(['日本']), io, 100);
      const code = await readUtf8(Uint8Array.of(0xff), io, 100).catch((error: { code: string }) => error.code);
      return { width, text, code };
    }, url);
    expect(outcome).toEqual({ width: 9, text: '日本', code: 'SENSORIUM_BAD_MEDIA' });
  });
});
