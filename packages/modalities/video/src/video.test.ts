import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@sensorium/data';
import { decodeImage, readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type Clip, video } from './index.js';

const io = { read: readAddress };
const frame = (level: number) => ({ width: 4, height: 2, channels: 3, data: new Uint8Array(24).fill(level) }) as const;
const clip: Clip = { frames: [frame(10), frame(90), frame(200)], times: Float64Array.of(0, 0.1, 0.5) };
const gif = await sharp(Buffer.concat([10, 90, 200].map((level) => Buffer.alloc(24, level))), {
  raw: { width: 4, height: 6, channels: 3, pageHeight: 2 },
})
  .gif({ delay: [100, 400, 100] })
  .toBuffer();

conformsAsModality(video, {
  sources: [new Uint8Array(gif), new Blob([new Uint8Array(gif)]), 'a.gif', clip],
  bad: ['none.mp4', new TextEncoder().encode('no'), gif.subarray(0, 40), 7, {}, { ...clip, frames: [] }],
  files: new Map([['a.gif', new Uint8Array(gif)]]),
});
conformsToReadme(video, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

it('gives the frames of a film', async () => {
  const { frames, times } = await video.decode(gif, io);
  expect([...times]).toEqual([0, 0.1, 0.5]);
  expect(frames.map(({ data }) => data[0])).toEqual([10, 90, 200]);
});

it('is seen as its frames, up to sixteen of them', async () => {
  const shown = await video.show(clip);
  if (shown.kind !== 'frames') return expect.fail('frames were expected');
  expect(shown).toMatchObject({ rate: 4, alt: '3 of 3 frames of a film of 4×2, 0 to 0.5 s' });
  const levels = async (pngs: readonly Uint8Array[]) =>
    Promise.all(pngs.map(async (png) => (await decodeImage(png, io)).data[0]));
  expect(await levels(shown.pngs)).toEqual([10, 90, 200]);
  const many: Clip = {
    frames: Array.from({ length: 64 }, (_, index) => frame(index)),
    times: Float64Array.from({ length: 64 }, (_, index) => index),
  };
  const sheet = await video.show(many);
  if (sheet.kind !== 'frames') return expect.fail('frames were expected');
  expect(await levels(sheet.pngs)).toEqual(Array.from({ length: 16 }, (_, index) => 4 * index + 2));
});

const samples = fileURLToPath(new URL('../../../../../shared/data/samples/video/', import.meta.url));
it.skipIf(!existsSync(samples))('reads films of cameras, where they are', async () => {
  const needs = { frames: 8, rate: 0, width: 64, height: 64, fit: 'cover' } as const;
  for (const file of ['0.mp4', '1.mp4']) {
    const { frames, times } = await video.decode(`${samples}${file}`, io, needs);
    expect(frames.map(({ width, height }) => [width, height])).toEqual(new Array(8).fill([64, 64]));
    expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
  }
});

it('gets other noise on every frame', async () => {
  const still: Clip = { frames: [frame(90), frame(90)], times: Float64Array.of(0, 1) };
  const { frames, times } = await video.disturb!(still, 0.5, createRandom(1));
  expect(times).toEqual(still.times);
  expect(frames).toHaveLength(2);
  expect(frames[0]).not.toEqual(frame(90));
  expect(frames[1]).not.toEqual(frames[0]);
});
