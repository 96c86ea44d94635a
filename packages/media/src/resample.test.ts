import { describe, expect, it } from 'vitest';
import { fit, type Raster, resample } from './index.js';

function raster(
  width: number,
  height: number,
  channels: Raster['channels'],
  value: (x: number, y: number, channel: number) => number,
  bits: 8 | 16 = 8,
): Raster {
  const data = new (bits === 8 ? Uint8Array : Uint16Array)(width * height * channels);
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / channels);
    data[index] = value(pixel % width, Math.floor(pixel / width), index % channels);
  }
  return { width, height, channels, data };
}

const random = (x: number, y: number, channel: number): number =>
  (x * 7919 + y * 104_729 + channel * 1301 + x * y) % 251;

describe('resample', () => {
  it.each([
    [3, 2],
    [50, 40],
    [13, 90],
    [1, 1],
  ])('keeps a constant at %i×%i', (width, height) => {
    for (const [bits, value] of [
      [8, 255],
      [8, 77],
      [16, 65535],
      [16, 12_345],
    ] as const) {
      const result = resample(
        raster(17, 11, 3, () => value, bits),
        width,
        height,
      );
      expect(result).toMatchObject({ width, height, channels: 3 });
      expect(result.data).toHaveLength(width * height * 3);
      expect(new Set(result.data)).toEqual(new Set([value]));
    }
  });

  it('keeps a ramp linear away from the edges, growing and shrinking', () => {
    // Pixel centres lie at x + 1/2; the filter is symmetric, so a line stays a line.
    const ramp = raster(64, 8, 1, (x, y) => 1000 + 700 * x + 300 * y, 16);
    for (const [width, height] of [
      [160, 20],
      [20, 5],
      [37, 11],
    ] as const) {
      const result = resample(ramp, width, height);
      const [sx, sy] = [64 / width, 8 / height];
      for (let y = 0; y < height; y++) {
        const centreY = (y + 0.5) * sy;
        if (centreY < Math.max(1, sy) + 0.5 || centreY > 8 - Math.max(1, sy) - 0.5) continue;
        for (let x = 0; x < width; x++) {
          const centreX = (x + 0.5) * sx;
          if (centreX < Math.max(1, sx) + 0.5 || centreX > 64 - Math.max(1, sx) - 0.5) continue;
          const expected = 1000 + 700 * (centreX - 0.5) + 300 * (centreY - 0.5);
          // The discrete weights of a shrinking triangle that is not centred on the grid move the mean a little.
          expect(Math.abs((result.data[y * width + x] as number) - expected)).toBeLessThan(60);
        }
      }
    }
  });

  it('doubles with the weights 1/4 and 3/4', () => {
    const line = Uint8Array.of(0, 100, 40, 240);
    const { data } = resample({ width: 4, height: 1, channels: 1, data: line }, 8, 1);
    expect([...data]).toEqual([0, 25, 75, 85, 55, 90, 190, 240]);
  });

  it.each([2, 3, 4])('shrinks %i times with the triangle’s mean', (factor) => {
    // Output o is centred between the pixels o·factor … (o+1)·factor - 1. The triangle of that radius gives the pixel
    // at distance d from the centre the weight 1 - |d|/factor; at an edge, what is left of it is scaled to 1.
    const source = raster(12, 1, 1, (x) => random(x, 3, 0));
    const { data } = resample(source, 12 / factor, 1);
    const expected = Array.from({ length: 12 / factor }, (_, output) => {
      const centre = (output + 0.5) * factor;
      let [sum, total] = [0, 0];
      for (let x = 0; x < 12; x++) {
        const weight = Math.max(0, 1 - Math.abs(x + 0.5 - centre) / factor);
        sum += weight * (source.data[x] as number);
        total += weight;
      }
      return Math.round(sum / total);
    });
    expect([...data]).toEqual(expected);
  });

  it('halves with the known weights 1, 3, 3, 1', () => {
    const line = Uint8Array.of(8, 16, 80, 240, 0, 32, 64, 128);
    const { data } = resample({ width: 8, height: 1, channels: 1, data: line }, 4, 1);
    const inner = (a: number, b: number, c: number, d: number): number => Math.round((a + 3 * b + 3 * c + d) / 8);
    // The first and last lose one pixel of weight 1.
    const first = Math.round((3 * 8 + 3 * 16 + 80) / 7);
    const last = Math.round((32 + 3 * 64 + 3 * 128) / 7);
    expect([...data]).toEqual([first, inner(16, 80, 240, 0), inner(240, 0, 32, 64), last]);
  });

  it('treats rows as columns and channels apart', () => {
    const source = raster(9, 14, 3, random);
    const turned = raster(14, 9, 3, (x, y, channel) => random(y, x, channel));
    const result = resample(source, 4, 5);
    const other = resample(turned, 5, 4);
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 4; x++) {
        for (let channel = 0; channel < 3; channel++) {
          const difference =
            (result.data[(y * 4 + x) * 3 + channel] as number) - (other.data[(x * 5 + y) * 3 + channel] as number);
          expect(Math.abs(difference)).toBeLessThanOrEqual(1);
        }
        const grey = resample(
          raster(9, 14, 1, (column, row) => random(column, row, 1)),
          4,
          5,
        );
        expect(grey.data[y * 4 + x]).toBe(result.data[(y * 4 + x) * 3 + 1]);
      }
    }
  });

  it('takes no colour from transparent pixels', () => {
    // White, opaque on the left; black, transparent on the right.
    const source = raster(8, 1, 4, (x, _, channel) => (x < 4 ? 255 : channel === 3 ? 0 : 0));
    const { data } = resample(source, 3, 1);
    for (let x = 0; x < 3; x++) {
      if ((data[x * 4 + 3] as number) > 0) expect([...data.slice(x * 4, x * 4 + 3)]).toEqual([255, 255, 255]);
    }
    expect(data[4 + 3]).toBe(128);
    const grey = resample(
      raster(8, 1, 2, (x, _, channel) => (x < 4 ? (channel ? 65535 : 40_000) : 0), 16),
      3,
      1,
    );
    expect([...grey.data.slice(2, 4)]).toEqual([40_000, 32_768]);
  });

  it('gives a picture of the same size back, and refuses sizes that are none', () => {
    const source = raster(5, 5, 1, random);
    expect(resample(source, 5, 5)).toBe(source);
    for (const size of [0, -1, 1.5, NaN]) expect(() => resample(source, size, 5)).toThrow(RangeError);
  });

  it('brings 12 megapixels to 224×224 in less than a second of the processor', () => {
    const source = raster(4000, 3000, 3, random);
    const times = [1, 2, 3].map(() => {
      const start = process.cpuUsage();
      resample(source, 224, 224);
      return process.cpuUsage(start).user / 1e6;
    });
    expect(Math.min(...times)).toBeLessThan(1);
  });
});

describe('fit', () => {
  const wide = raster(8, 4, 3, (x) => (x < 2 ? 10 : x < 6 ? 100 : 200));

  it('squeezes', () => {
    expect(fit(wide, 4, 4, 'squeeze')).toEqual(resample(wide, 4, 4));
  });

  it('contains all, with black bars', () => {
    const { width, height, data } = fit(wide, 4, 4, 'contain');
    expect([width, height]).toEqual([4, 4]);
    expect(new Set(data.slice(0, 12))).toEqual(new Set([0]));
    expect(new Set(data.slice(36))).toEqual(new Set([0]));
    expect(data.slice(12, 36)).toEqual(resample(wide, 4, 2).data);
  });

  it('contains with transparent bars where there is alpha', () => {
    const tall = raster(2, 4, 2, () => 255);
    expect([...fit(tall, 4, 4, 'contain').data.slice(0, 8)]).toEqual([0, 0, 255, 255, 255, 255, 0, 0]);
  });

  it('covers with the middle', () => {
    expect(new Set(fit(wide, 4, 4, 'cover').data)).toEqual(new Set([100]));
    expect(new Set(fit(wide, 9, 9, 'cover').data)).toEqual(new Set([100]));
    const tall = raster(2, 6, 1, (_, y) => (y < 2 ? 1 : y < 4 ? 2 : 3));
    expect(new Set(fit(tall, 5, 5, 'cover').data)).toEqual(new Set([2]));
  });

  it('keeps at least one pixel of very long pictures', () => {
    const line = raster(1000, 1, 1, () => 9);
    for (const mode of ['squeeze', 'contain', 'cover'] as const) {
      expect(fit(line, 3, 3, mode)).toMatchObject({ width: 3, height: 3, data: { length: 9 } });
    }
    expect([...fit(line, 3, 3, 'contain').data]).toEqual([0, 0, 0, 9, 9, 9, 0, 0, 0]);
  });
});
