import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@sensorium/data';
import { decodeImage, encodePng, readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { thermal, type ThermalImage } from './index.js';

const io = { read: readAddress };
const deep = { width: 3, height: 2, data: Uint16Array.of(0, 29315, 30000, 31234, 65535, 1) };
const small = { width: 2, height: 2, data: Uint8Array.of(0, 100, 200, 255) };
const degrees: ThermalImage = { width: 2, height: 1, data: Float32Array.of(-12.5, 36.6) };
const [png, smallPng] = [await encodePng({ ...deep, channels: 1 }), await encodePng({ ...small, channels: 1 })];
const raw = { raw: { width: 3, height: 2, channels: 1 } } as const;
const tiff = await sharp(deep.data, raw).toColourspace('grey16').tiff({ compression: 'none' }).toBuffer();
const rgb = (...pixels: number[][]) =>
  encodePng({ width: pixels.length, height: 1, channels: 3, data: Uint8Array.from(pixels.flat()) });

conformsAsModality(thermal, {
  sources: [png, smallPng, tiff, new Blob([png as Uint8Array<ArrayBuffer>]), 'a.png', deep, small, degrees],
  bad: [
    'none.png',
    new TextEncoder().encode('no'),
    png.slice(0, 60),
    7,
    {},
    { ...deep, width: 4 },
    { ...degrees, data: Float32Array.of(1, NaN) },
    await rgb([255, 0, 0], [0, 0, 255]),
  ],
  files: new Map([['a.png', png]]),
});
conformsToReadme(thermal, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

it('gives the numbers of the file', async () => {
  expect(await thermal.decode(png, io)).toEqual(deep);
  expect(await thermal.decode(smallPng, io)).toEqual(small);
  expect(await thermal.decode(tiff, io)).toEqual(deep);
  expect(await thermal.decode(degrees, io)).toBe(degrees);
});

it('takes the one channel of grey that was saved as RGB', async () => {
  const { data } = await thermal.decode(await rgb([7, 7, 7], [200, 200, 200]), io);
  expect(data).toEqual(Uint8Array.of(7, 200));
});

it('refuses false colours and what is no number', async () => {
  await expect(thermal.decode(await rgb([255, 0, 0], [0, 0, 255]), io)).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_MEDIA',
    message: expect.stringMatching(/in colours, of which nobody knows the values/),
  });
  const odd = { width: 2, height: 2, data: Float32Array.of(1, 2, 3, NaN) };
  await expect(thermal.decode(odd, io)).rejects.toThrow(/has NaN in row 2, column 2/);
});

it('is recognised where a column is called like heat, for its files look like those of other cameras', async () => {
  const files = { read: async () => png };
  for (const column of ['thermal', 'heatmap', 'LWIR', 'Infrared camera', 'ir']) {
    expect(await thermal.recognises?.(['a.png'], files, column)).toMatchObject({
      certainty: 0.96,
      because: expect.stringContaining('such as one of 3×2'),
    });
  }
  for (const column of ['depth', 'chair', 'picture'])
    expect(await thermal.recognises?.(['a.png'], files, column)).toBeUndefined();
  const coloured = await rgb([255, 0, 0], [0, 0, 255]);
  expect(await thermal.recognises?.(['a.png'], { read: async () => coloured }, 'thermal')).toBeUndefined();
});

it('is seen in colours, the warm ones bright', async () => {
  const shown = await thermal.show(degrees);
  if (shown.kind !== 'picture') return expect.fail('a picture was expected');
  expect(shown.alt).toBe('thermal image, 2×1');
  const { data } = await decodeImage(shown.png, io);
  expect(data[0]! + data[1]! + data[2]!).toBeLessThan(data[3]! + data[4]! + data[5]!);
});

const samples = fileURLToPath(new URL('../../../../../shared/data/samples/thermal/', import.meta.url));
describe.skipIf(!existsSync(samples))('thermal images of cameras, where their files are', () => {
  it.each(['0.jpg', '1.jpg'])('are read from %s', async (file) => {
    const { width, height, data } = await thermal.decode(`${samples}${file}`, io);
    expect([width, height, data.constructor]).toEqual([256, file === '0.jpg' ? 453 : 456, Uint8Array]);
    const luma = await sharp(`${samples}${file}`).toColourspace('b-w').raw().toBuffer();
    expect(luma.filter((value, index) => Math.abs(value - data[index]!) > 3)).toHaveLength(0);
  });
});

it('gets noise of σ times its range, and σ²/2 of its pixels stuck at its ends', async () => {
  const warm: ThermalImage = { width: 300, height: 100, data: new Float32Array(30_000).fill(20) };
  warm.data.set([10, 30]);
  const disturbed = async (level: number, seed = 1) => (await thermal.disturb!(warm, level, createRandom(seed))).data;
  const data = await disturbed(0.1);
  const noise = Array.from(data.subarray(2), (value) => value - 20).filter((value) => Math.abs(value) < 10);
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  const deviation = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
  expect(Math.abs(mean)).toBeLessThan((5 * 2) / Math.sqrt(noise.length));
  expect(Math.abs(deviation - 2)).toBeLessThan((5 * 2) / Math.sqrt(noise.length));
  for (const end of [10, 30]) {
    const stuck = data.subarray(2).filter((value) => value === end).length;
    expect(Math.abs(stuck - 30_000 * 0.0025)).toBeLessThan(5 * Math.sqrt(30_000 * 0.0025));
  }
  const strong = Array.from(await disturbed(1));
  expect([Math.min(...strong), Math.max(...strong)]).toEqual([10, 30]);
  expect(Array.from(await disturbed(1, 2))).not.toEqual(strong);
});
