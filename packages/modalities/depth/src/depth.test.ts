import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Source } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { decodeImage, encodePng, readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { depth, type DepthMap } from './index.js';

const io = { read: readAddress };
const map = { width: 3, height: 2, data: Uint16Array.of(0, 1000, 2500, 40000, 65535, 1) };
const floats: DepthMap = { width: 2, height: 2, data: Float32Array.of(0.5, NaN, Infinity, 7.25) };
const png = await encodePng({ ...map, channels: 1 });
const pgm = Buffer.from('P5 2 1 65535\n\x07\xff\x01\x02', 'latin1');
const eight = await encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(1, 2) });

/** float32 [2,2] as NumPy saves it. */
const npy = Buffer.concat([
  Buffer.from('\x93NUMPY\x01\0v\0', 'latin1'),
  Buffer.from(`${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117)}\n`),
  Buffer.from(floats.data.buffer),
]);

conformsAsModality(depth, {
  sources: [png, pgm, npy, new Blob([png as Uint8Array<ArrayBuffer>]), 'a.png', map, floats],
  bad: ['none.png', new TextEncoder().encode('no'), png.slice(0, 60), 7, {}, { ...map, width: 4 }, eight],
  files: new Map([['a.png', png]]),
});
conformsToReadme(depth, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

it('gives the numbers of the file', async () => {
  expect(await depth.decode(png, io)).toEqual(map);
  expect(await depth.decode(pgm, io)).toEqual({ width: 2, height: 1, data: Uint16Array.of(0x7ff, 0x102) });
  expect(await depth.decode(npy, io)).toEqual(floats);
  expect(await depth.decode(map, io)).toBe(map);
});

it('refuses 8 bits, colours, other files, and maps that contradict themselves', async () => {
  const refused = (source: Source) => expect(depth.decode(source, { ...io, name: 'row 3' })).rejects;
  await refused(eight).toMatchObject({
    code: 'SENSORIUM_BAD_MEDIA',
    message: '"row 3" has 8 bits a pixel; expected 16, or floats',
  });
  const colours = await encodePng({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) });
  await refused(colours).toThrow(/"row 3" is a PNG of colours/);
  await refused(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)).toThrow(/no depth map: it looks like a picture \(JPEG\)/);
  await refused({ ...map, data: new Uint8Array(6) }).toThrow(/neither Uint16Array nor Float32Array/);
  await refused({ ...map, height: 3 }).toThrow(/has 6 values for 3×3/);
  await refused({ ...map, width: 2.5 }).toThrow(/a depth map of 2.5×2/);
});

it('keeps to the limit of pixels', async () => {
  const limited = { ...io, limits: { pixels: 5 } };
  for (const source of [png, npy, map]) {
    const allowed = source === npy;
    const decoding = depth.decode(source, limited);
    if (allowed) expect((await decoding).data).toHaveLength(4);
    else await expect(decoding).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  }
});

it('is seen in colours, the near ones bright, and holes grey', async () => {
  const shown = await depth.show({ width: 4, height: 1, data: Uint16Array.of(0, 500, 1000, 4000) });
  if (shown.kind !== 'picture') return expect.fail('a picture was expected');
  expect(shown.alt).toBe('depth, 4×1, 25 % holes');
  const { data } = await decodeImage(shown.png, io);
  expect([...data.subarray(0, 3)]).toEqual([128, 128, 128]);
  const bright = (pixel: number): number => data[3 * pixel]! + data[3 * pixel + 1]! + data[3 * pixel + 2]!;
  expect(bright(1)).toBeGreaterThan(bright(2));
  expect(bright(2)).toBeGreaterThan(bright(3));
});

const published = fileURLToPath(new URL('../../../../../shared/data/rgbd/RGBD/other_formats/', import.meta.url));
describe.skipIf(!existsSync(published))('depth of published sensors, where their files are', () => {
  it.each([
    ['NYU_depth.pgm', 0xff07],
    ['SUN_depth.png', 64152],
    ['TUM_depth.png', 46655],
  ])('is read from %s', async (file, largest) => {
    const { width, height, data } = await depth.decode(`${published}${file}`, io);
    expect([width, height]).toEqual([640, 480]);
    if (file.startsWith('NYU')) expect(data[0]).toBe(largest);
    else expect(Math.max(...new Set(data))).toBe(largest);
  });
});

describe('noise', () => {
  const LEVELS = Array.from({ length: 11 }, (_, index) => index / 10);
  const far: DepthMap = { width: 300, height: 100, data: new Uint16Array(30_000).fill(3000) };
  far.data.set([1000, 5000, 0]);
  const disturbed = async (of: DepthMap, level: number, seed = 1): Promise<DepthMap['data']> =>
    (await depth.disturb!(of, level, createRandom(seed))).data;

  it('is normal, of σ times the range that was measured, and cut off at its ends', async () => {
    const data = await disturbed(far, 0.1);
    const noise = Array.from(data.subarray(3))
      .filter((value) => value > 0)
      .map((value) => value - 3000);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
    expect(Math.abs(mean)).toBeLessThan((5 * 400) / Math.sqrt(noise.length));
    expect(Math.abs(deviation - 400)).toBeLessThan((5 * 400) / Math.sqrt(noise.length));
    const strong = (await disturbed(far, 1)).filter((value) => value > 0);
    expect([Math.min(...strong), Math.max(...strong)]).toEqual([1000, 5000]);
  });

  it('makes σ²/2 of the pixels holes, and keeps holes', async () => {
    for (const level of LEVELS) {
      const holes = (await disturbed(far, level)).filter((value) => value === 0).length;
      const share = level ** 2 / 2;
      expect(Math.abs(holes - 1 - 30_000 * share)).toBeLessThanOrEqual(5 * Math.sqrt(30_000 * share * (1 - share)));
    }
    const data = Float32Array.of(NaN, Infinity, 0, 2);
    expect((await disturbed({ width: 4, height: 1, data }, 0.7)).subarray(0, 3)).toEqual(data.subarray(0, 3));
    expect(await disturbed(far, 1, 2)).not.toEqual(await disturbed(far, 1));
  });

  it('leaves a map of holes alone as it is', async () => {
    const holes: DepthMap = { width: 2, height: 1, data: new Uint16Array(2) };
    expect(await disturbed(holes, 1)).toEqual(holes.data);
  });
});
