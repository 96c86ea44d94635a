import type { Source } from '@sensorium/contracts';
import { encodePng, readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { expect, it } from 'vitest';
import { image, type Raster } from './index.js';

const io = { read: readAddress };
const picture: Raster = { width: 3, height: 2, channels: 3, data: Uint8Array.from({ length: 18 }, (_, i) => 14 * i) };
const deep: Raster = { width: 2, height: 1, channels: 2, data: Uint16Array.of(0, 65535, 4000, 1) };
const [png, deepPng] = [await encodePng(picture), await encodePng(deep)];

conformsAsModality(image, {
  sources: [png, deepPng, new Blob([png as Uint8Array<ArrayBuffer>]), 'a.png', picture, deep],
  bad: ['none.png', new TextEncoder().encode('no'), png.slice(0, 60), 7, {}, { ...picture, width: 4 }],
  files: new Map([['a.png', png]]),
});
conformsToReadme(image, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

it('shows and writes a PNG that it reads again', async () => {
  const shown = await image.show(picture);
  expect(shown).toMatchObject({ kind: 'picture', alt: 'picture, 3×2' });
  const written = await image.write?.(picture);
  expect(written?.type).toBe('image/png');
  expect(shown.kind === 'picture' && shown.png).toEqual(written?.bytes);
  expect(await image.decode(written!.bytes, io)).toEqual(picture);
});

it('gives a decoded picture back', async () => {
  expect(await image.decode(picture, io)).toBe(picture);
});

it('reads an address as the IO says, and calls it by its name', async () => {
  const bytes = (await image.write?.(picture))!.bytes;
  expect(await image.decode('a.png', { read: async () => bytes })).toEqual(picture);
  const broken = { name: 'row 5', read: async () => bytes.subarray(0, 40) };
  await expect(image.decode('a.png', broken)).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_MEDIA',
    message: expect.stringMatching(/^"row 5" begins as PNG, but is damaged or cut/),
  });
});

it('refuses more than 100 megapixels, what is no picture, and to go on after an abort', async () => {
  const bytes = (await image.write?.(picture))!.bytes.slice();
  new DataView(bytes.buffer).setUint32(16, 10_001);
  new DataView(bytes.buffer).setUint32(20, 10_000);
  await expect(image.decode(bytes, io)).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  for (const source of [7, true, [], { ...picture, width: 4 }, new TextEncoder().encode('not a picture')]) {
    await expect(image.decode(source as Source, io)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  }
  const aborted = { ...io, signal: AbortSignal.abort() };
  await expect(image.decode(bytes, aborted)).rejects.toMatchObject({ name: 'AbortError' });
});
