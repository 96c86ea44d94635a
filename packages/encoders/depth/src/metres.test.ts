import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAddress } from '@sensorium/media';
import { depth as modality, type DepthMap } from '@sensorium/modality-depth';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { depth, type DepthEncoding, toMetres } from './index.js';

type Given = z.input<typeof depth.options>;

const raw = (...values: number[]): DepthMap => ({ width: values.length, height: 1, data: Uint16Array.from(values) });
const floats = (...values: number[]): DepthMap => ({
  width: values.length,
  height: 1,
  data: Float32Array.from(values),
});

describe('metres', () => {
  const every = Array.from({ length: 65536 }, (_, value) => value);
  /** The smaller byte first, as one reads the larger one first. */
  const swap = (value: number): number => Math.floor(value / 256) + 256 * (value % 256);

  it.each<[string, DepthEncoding, (value: number) => number]>([
    ['millimetres', 'millimetres', (value) => value / 1000],
    ['Redwood: millimetres', 'redwood', (value) => value / 1000],
    ['RealSense: millimetres', 'realsense', (value) => value / 1000],
    ['TUM: 5000 a metre', 'tum', (value) => value / 5000],
    ['a scale', { scale: 0.00025 }, (value) => value * 0.00025],
    ['metres', 'metres', (value) => value],
    // The lowest three bits are the highest ones of the millimetres.
    ['SUN: turned by three bits', 'sun', (value) => (Math.floor(value / 8) + 8192 * (value % 8)) / 1000],
    // 351.3 / (1092.5 − raw); from 1093 on the Kinect saw nothing.
    ['NYU: swapped', 'nyu', (value) => (swap(value) > 1092 || value === 0 ? 0 : 351.3 / (1092.5 - swap(value)))],
  ])('of all numbers of 16 bits are the formula: %s', (_, encoding, formula) => {
    const numbers = every.slice(0, 60000);
    const metres = toMetres(raw(...numbers), encoding);
    expect(numbers.filter((value) => metres[value] !== Math.fround(formula(value)))).toEqual([]);
  });

  it('are millimetres of whole numbers and metres of floats, if nothing else is said', () => {
    expect(toMetres(raw(1500))).toEqual(Float32Array.of(1.5));
    expect(toMetres(floats(1.5))).toEqual(Float32Array.of(1.5));
  });

  it('are 0 where nothing was measured', () => {
    expect([...toMetres(floats(0, NaN, Infinity, -Infinity, -1, 2))]).toEqual([0, 0, 0, 0, 0, 2]);
    expect([...toMetres(raw(0, 3), 'tum')]).toEqual([0, Math.fround(3 / 5000)]);
  });

  it('are not made of floats by an encoding of bits', () => {
    for (const encoding of ['sun', 'nyu'] as const) {
      expect(() => toMetres(floats(1), encoding)).toThrow(
        /a depth map of floats; the encoding "(sun|nyu)" is of whole/,
      );
    }
  });
});

describe('what is prepared', () => {
  const create = (given: Given) => depth.create(depth.options.parse({ mean: 0, deviation: 1, ...given }), new Map());
  const prepared = (given: Given, map: DepthMap): number[] =>
    Array.from(create({ pixels: 8, fit: 'squeeze', ...given }).prepare(map)['metres']!.data, Number);

  it('is metres, between near and far, and 0 in holes', () => {
    const map = { width: 8, height: 8, data: new Uint16Array(64).fill(1234).fill(0, 8, 16).fill(5, 16, 24) };
    map.data.fill(60000, 24, 32);
    const rows = prepared({ far: 20 }, map);
    const [first, hole, near, far] = [0, 8, 16, 24].map((at) => rows[at]);
    expect([first, hole, near, far]).toEqual([Math.fround(1.234), 0, Math.fround(0.01), 20]);
  });

  it('goes as far as published, unless something else is said', () => {
    const map = raw(...new Array<number>(64).fill(0x2f04));
    expect(prepared({ encoding: 'nyu' }, { ...map, width: 8, height: 8 })[0]).toBe(10);
    expect(prepared({ encoding: 'nyu', far: 100 }, { ...map, width: 8, height: 8 })[0]).toBe(Math.fround(351.3 / 21.5));
  });

  it('has holes around a map that is no square, or cuts it', () => {
    const wide = { width: 16, height: 8, data: new Uint16Array(128).fill(2000) };
    const counts = (fit: 'contain' | 'squeeze' | 'cover') =>
      prepared({ fit }, wide).filter((metres) => metres === 2).length;
    expect([counts('contain'), counts('squeeze'), counts('cover')]).toEqual([32, 64, 64]);
    expect(create({ fit: 'contain' }).notes!(wide)).toEqual(['16×8 was filled up with holes to a square']);
  });

  it('has notes of what is too far, and of maps without a value', () => {
    const square = { width: 2, height: 2, data: Uint16Array.of(1, 9000, 12000, 0) };
    expect(create({ far: 8 }).notes!(square)).toEqual(['2 pixels are farther than 8 m']);
    expect(create({}).notes!({ ...square, data: new Uint16Array(4) })).toEqual(['there are only holes']);
  });
});

describe('what is learned', () => {
  const learn = (given: Given, ...maps: DepthMap[]) =>
    depth.learn!(
      depth.options.parse(given),
      (async function* () {
        yield* maps;
      })(),
      new Map(),
    );

  it.each<[Given['as'], number[]]>([
    ['metres', [1, 2, 4]],
    ['inverse', [1, 1 / 2, 1 / 4]],
    ['disparity', [40, 20, 10]],
  ])('is mean and deviation of %s, without the holes', async (as, seen) => {
    const learned = await learn({ as, fx: 400, baseline: 0.1 }, raw(1000, 0, 2000), raw(4000));
    const mean = seen.reduce((sum, value) => sum + value, 0) / 3;
    expect(learned.mean).toBeCloseTo(mean, 5);
    expect(learned.deviation).toBeCloseTo(Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3), 5);
  });

  it('stays as it is given, and needs a value', async () => {
    expect(await learn({ mean: 0.0418, deviation: 0.0295 }, raw(1000))).toMatchObject({
      mean: 0.0418,
      deviation: 0.0295,
    });
    expect(() => depth.create(depth.options.parse({}), new Map())).toThrow(/mean and deviation of the depth maps/);
    expect((await learn({}, raw(0))).mean).toBeUndefined();
  });

  it('is refused for disparity without a focal length', async () => {
    await expect(learn({ as: 'disparity' }, raw(1))).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringMatching(/"fx" is not given/),
    });
  });

  it('is told before', async () => {
    const encoder = depth.create(depth.options.parse({ mean: 0, deviation: 1 }), new Map());
    const survey = await encoder.survey!(
      (async function* () {
        yield { value: { width: 2, height: 2, data: Uint16Array.of(0, 500, 2500, 1000) }, rows: 1, trained: 1 };
      })(),
    );
    expect(survey.facts).toEqual(['2×2', '0.5 to 2.5 m', '25 % holes', 'seen as 64×64 pixels']);
  });
});

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
describe.skipIf(!existsSync(shared))('files of sensors, where they are', () => {
  it.each<[string, DepthEncoding]>([
    ['rgbd/RGBD/other_formats/NYU_depth.pgm', 'nyu'],
    ['rgbd/RGBD/other_formats/SUN_depth.png', 'sun'],
    ['rgbd/RGBD/other_formats/TUM_depth.png', 'tum'],
    ...['00000', '00001', '00002', '00003', '00004'].map((name): [string, DepthEncoding] => [
      `rgbd/RGBD/depth/${name}.png`,
      'redwood',
    ]),
    ['samples/depth/0.png', 'millimetres'],
    ['samples/depth/1.png', 'millimetres'],
  ])('show a room: %s', async (file, encoding) => {
    const map = await modality.decode(`${shared}${file}`, { read: readAddress });
    const metres = toMetres(map, encoding);
    const measured = metres.filter((distance) => distance > 0).sort();
    expect(measured.length / metres.length).toBeGreaterThan(0.7);
    const middle = measured[Math.floor(measured.length / 2)]!;
    expect(middle).toBeGreaterThan(0.8);
    expect(middle).toBeLessThan(5);
    const given = depth.options.parse({ encoding, mean: 0, deviation: 1 });
    const { data } = depth.create(given, new Map()).prepare(map)['metres']!;
    expect(Array.from(data, Number).filter((distance) => distance > 0).length).toBeGreaterThan(1000);
  });
});
