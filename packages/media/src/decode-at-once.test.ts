import type { IO } from '@sensorium/contracts';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, type Raster, readAddress, resample } from './index.js';
import { inTurns } from './steps.js';
import { resampling } from './resample.js';

const io: IO = { read: readAddress };
const needs = { width: 64, height: 64, fit: 'contain' } as const;

describe('many large pictures at once', () => {
  let png: Uint8Array;
  beforeAll(async () => {
    const plain = sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'green' } });
    png = await plain.png().toBuffer();
  });

  it('are decoded a few at a time: sharp has no more than three of them', async () => {
    let most = 0;
    const count = setInterval(() => {
      most = Math.max(most, sharp.counters().process);
    }, 1);
    const pictures = await Promise.all(Array.from({ length: 9 }, () => decodeImage(png, io, { needs })));
    clearInterval(count);
    expect(pictures[8]).toMatchObject({ width: 64, height: 48, original: { width: 4000, height: 3000 } });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('end at once where they are aborted, those that wait and those that are being decoded', async () => {
    const controller = new AbortController();
    const decoding = Array.from({ length: 6 }, () => decodeImage(png, { ...io, signal: controller.signal }, { needs }));
    const outcomes = Promise.allSettled(decoding);
    // Until the decoder is at work.
    while (sharp.counters().process === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    for (const { status, reason } of (await outcomes) as PromiseRejectedResult[]) {
      expect([status, (reason as Error).message]).toEqual(['rejected', 'enough']);
    }
    expect(sharp.counters().process).toBeGreaterThan(0);
    // What they held is free again.
    expect(await decodeImage(png, io, { needs })).toMatchObject({ width: 64 });
  });

  it('are refused beyond the limit of the IO, and within it are not', async () => {
    const limited = (pixels: number): IO => ({ ...io, limits: { pixels } });
    await expect(decodeImage(png, limited(11.9e6), { needs })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
      message: expect.stringContaining('12 megapixels; the limit is 11.9 megapixels') as string,
    });
    expect(await decodeImage(png, limited(12e6), { needs })).toMatchObject({ width: 64 });
  });
});

describe('resampling in turns', () => {
  const side = 3000;
  const raster: Raster = { width: side, height: side, channels: 3, data: new Uint8Array(side * side * 3).fill(9) };

  it('gives the same, and lets others run between', async () => {
    let turns = 0;
    let isDone = false;
    const others = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
    })();
    const part = { left: 0, top: 0, width: side, height: side };
    const result = await inTurns(resampling(raster, 500, 400, part));
    isDone = true;
    await others;
    // 9 megapixels are tens of milliseconds, of which one turn has four.
    expect(turns).toBeGreaterThan(5);
    const expected = resample(raster, 500, 400);
    expect(Buffer.from(result.data).equals(Buffer.from(expected.data))).toBe(true);
  });

  it('ends between two steps where it is aborted', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort(new Error('enough')));
    const given = decodeImage(raster, { ...io, signal: controller.signal }, { needs });
    await expect(given).rejects.toThrow('enough');
  });
});
