import { describe, expect, it } from 'vitest';
import { falseColours, greySamples, type Raster } from './index.js';

const line = (...values: number[]) => ({ width: values.length, height: 1, data: Float32Array.from(values) });
const colours = ({ data }: Raster): number[][] =>
  Array.from({ length: data.length / 3 }, (_, index) => [...data.subarray(3 * index, 3 * index + 3)]);

describe('false colours', () => {
  // https://github.com/BIDS/colormap: the first, the middle and the last of 256.
  it.each([
    [
      'viridis',
      [
        [68, 1, 84],
        [33, 145, 140],
        [253, 231, 37],
      ],
    ],
    [
      'inferno',
      [
        [0, 0, 4],
        [188, 55, 84],
        [252, 255, 164],
      ],
    ],
  ] as const)('%s are those of matplotlib, as near as eyes see', (map, published) => {
    const found = colours(falseColours(line(0, 5, 10), { map }));
    found.flat().forEach((value, index) => expect(Math.abs(value - published.flat()[index]!)).toBeLessThanOrEqual(5));
  });

  it('are grey where there is no value, and one where all values are the same', () => {
    const isValue = (value: number): boolean => value > 0;
    const [none, low, high] = colours(falseColours(line(0, 2, 3), { map: 'viridis', isValue }));
    expect(none).toEqual([128, 128, 128]);
    expect(high).toEqual(colours(falseColours(line(0, 3, 2), { map: 'viridis', isValue, reversed: true }))[2]);
    expect(low).not.toEqual(high);
    const [, middle] = colours(falseColours(line(0, 128, 255), { map: 'viridis' }));
    expect(colours(falseColours(line(7, 7), { map: 'viridis' }))[0]).toEqual(middle);
    expect(colours(falseColours(line(NaN), { map: 'inferno' }))).toEqual([[128, 128, 128]]);
  });

  it('do not change with a few odd values', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const found = colours(falseColours(line(...values), { map: 'inferno' }));
    const odd = colours(falseColours(line(...values.with(500, 1e9)), { map: 'inferno' }));
    expect(odd[200]!.map((value, index) => Math.abs(value - found[200]![index]!) <= 2)).toEqual([true, true, true]);
  });
});

describe('the luma of a picture', () => {
  const picture = (...data: number[]): Raster => ({
    width: data.length / 3,
    height: 1,
    channels: 3,
    data: Uint8Array.from(data),
  });

  it('is its one channel', async () => {
    expect((await greySamples(picture(9, 9, 9, 250, 250, 250), 'a')).data).toEqual(Uint8Array.of(9, 250));
    expect((await greySamples(picture(100, 104, 98), 'a')).data).toEqual(Uint8Array.of(102));
    const grey: Raster = { width: 1, height: 1, channels: 1, data: Uint16Array.of(40000) };
    expect((await greySamples(grey, 'a')).data).toEqual(Uint16Array.of(40000));
  });

  it('is none of colours or transparency', async () => {
    await expect(greySamples(picture(255, 0, 0), 'a')).rejects.toThrow(/"a" is in colours/);
    await expect(greySamples({ width: 1, height: 1, channels: 2, data: new Uint8Array(2) }, 'a')).rejects.toThrow(
      /has transparency/,
    );
  });
});
