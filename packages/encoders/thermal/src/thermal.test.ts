import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@sensorium/data';
import { readAddress } from '@sensorium/media';
import { thermal as modality, type ThermalImage } from '@sensorium/modality-thermal';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { thermal } from './index.js';

type Given = z.input<typeof thermal.options>;

const noise = (width: number, height: number): ThermalImage => ({
  width,
  height,
  data: Uint16Array.from(createRandom(1, 'thermal').bytes(width * height), (byte) => 29000 + 10 * byte),
});

conformsAsEncoder(thermal, {
  options: [
    { pixels: 16, channels: 4, dim: 8 },
    { size: 'tiny', pixels: 20, fit: 'squeeze', scale: 0.01, offset: -273.15, range: [10, 45], depth: 2 },
    { pixels: 9, dim: 5, channels: 3, augment: { crop: 0.2, flip: true, drift: 3 } },
  ],
  values: [noise(16, 16), noise(30, 10), noise(7, 20), { width: 2, height: 1, data: Float32Array.of(29500.5, 31000) }],
});
conformsToReadme(thermal, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const create = (given: Given) => thermal.create(thermal.options.parse({ range: [0, 1], ...given }), new Map());

describe('what is prepared', () => {
  it('is degrees, by scale and offset, without anything that photographs need', () => {
    const image = { width: 8, height: 8, data: Uint16Array.from({ length: 64 }, (_, index) => 27315 + 50 * index) };
    const { degrees, valid } = create({ pixels: 8, scale: 0.01, offset: -273.15 }).prepare(image);
    const expected = Float32Array.from({ length: 64 }, (_, index) => 0.01 * (27315 + 50 * index) - 273.15);
    expect(degrees!.data).toEqual(expected);
    expect(valid!.data).toEqual(new Uint8Array(64).fill(1));
  });

  it('is the numbers of the file, if nothing else is said', () => {
    const image = { width: 8, height: 8, data: Uint8Array.from({ length: 64 }, (_, index) => 4 * index) };
    expect(create({ pixels: 8 }).prepare(image)['degrees']!.data).toEqual(Float32Array.from(image.data));
  });

  it('is left out around an image that is no square', () => {
    const { degrees, valid } = create({ pixels: 8 }).prepare({ width: 4, height: 2, data: new Uint8Array(8).fill(9) });
    const row = (value: number): number[] => new Array<number>(16).fill(value);
    expect(Array.from(valid!.data, Number)).toEqual([...row(0), ...row(1), ...row(1), ...row(0)]);
    expect(Array.from(degrees!.data, Number)).toEqual([...row(0), ...row(9), ...row(9), ...row(0)]);
  });
});

describe('the range', () => {
  const learn = (given: Given, ...images: ThermalImage[]) =>
    thermal.learn!(
      thermal.options.parse(given),
      (async function* () {
        yield* images;
      })(),
      new Map(),
    );

  it('is that of nearly all pixels, in degrees', async () => {
    const data = Float32Array.from({ length: 1001 }, (_, index) => index / 10).fill(9999, 1000);
    const { range } = await learn({ scale: 2, offset: 5 }, { width: 1001, height: 1, data });
    expect(range![0]).toBeCloseTo(2 * 1 + 5, 4);
    expect(range![1]).toBeCloseTo(2 * 99 + 5, 4);
  });

  it('is one where nothing changes, and stays as it is given', async () => {
    const plain = { width: 2, height: 1, data: Uint8Array.of(7, 7) };
    expect((await learn({}, plain)).range).toEqual([7, 8]);
    expect((await learn({ range: [1, 2] }, plain)).range).toEqual([1, 2]);
    expect((await learn({})).range).toBeUndefined();
  });

  it('is needed, the smaller number first', () => {
    expect(() => create({ range: undefined })).toThrow(/range of the thermal images is not known/);
    expect(() => create({ range: [5, 5] })).toThrow(/a range from 5 to 5 degrees/);
  });
});

it('tells what is known of images before', async () => {
  const survey = await create({ scale: 0.5 }).survey!(
    (async function* () {
      yield { value: { width: 2, height: 1, data: Uint8Array.of(10, 90) }, rows: 1, trained: 1 };
    })(),
  );
  expect(survey.facts).toEqual(['2×1', '5 to 45 degrees', 'seen as 64×64 pixels']);
});

const samples = fileURLToPath(new URL('../../../../../shared/data/samples/thermal/', import.meta.url));
it.skipIf(!existsSync(samples))('reads images of cameras, where they are', async () => {
  for (const file of ['0.jpg', '1.jpg']) {
    const image = await modality.decode(`${samples}${file}`, { read: readAddress });
    const { degrees, valid } = create({ range: [0, 255] }).prepare(image);
    const seen = Array.from(degrees!.data, Number).filter((_, index) => Number(valid!.data[index]) === 1);
    expect(seen.length).toBeGreaterThan(2000);
    expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(50);
  }
});
