import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { changes, randAugment } from './rand-augment.js';
import { keptSide, randomResizedCrop } from './resized-crop.js';
import { warp } from './warp.js';

const SIZE = 16;
const noise = createRandom(1, 'noise').bytes(SIZE * SIZE * 3);

/** A picture of the number at each place, the same in all channels. */
const paint = (value: (x: number, y: number, channel: number) => number): Uint8Array =>
  Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, index) => {
    const place = Math.floor(index / 3);
    return value(place % SIZE, Math.floor(place / SIZE), index % 3);
  });
const at = (data: Uint8Array, x: number, y: number, channel = 0): number => data[(y * SIZE + x) * 3 + channel]!;
const clamp = (value: number): number => Math.min(255, Math.max(0, value));

/** Where bytes are rounded, a half may fall to either side. */
function expectBytes(actual: Uint8Array, expected: (x: number, y: number, channel: number) => number): void {
  for (let index = 0; index < actual.length; index++) {
    const place = Math.floor(index / 3);
    const wanted = expected(place % SIZE, Math.floor(place / SIZE), index % 3);
    expect(Math.abs(actual[index]! - wanted)).toBeLessThanOrEqual(0.5 + 1e-9);
  }
}

describe('warp', () => {
  it('leaves a picture as it is where nothing moves', () => {
    expect(warp(noise, SIZE, [1, 0, 0, 0, 1, 0])).toEqual(noise);
  });

  it('moves by whole pixels, with grey beyond the edge', () => {
    expectBytes(warp(noise, SIZE, [1, 0, 3, 0, 1, -2]), (x, y, channel) =>
      x + 3 < SIZE && y >= 2 ? at(noise, x + 3, y - 2, channel) : 128,
    );
  });

  it('gives of a plane its values between the pixels', () => {
    const plane = paint((x, y) => 5 * x + 3 * y + 20);
    expectBytes(warp(plane, SIZE, [0.5, 0.1, 1, -0.1, 0.6, 2]), (x, y) => {
      return 5 * (0.5 * x + 0.1 * y + 1) + 3 * (-0.1 * x + 0.6 * y + 2) + 20;
    });
  });
});

describe('a random resized crop', () => {
  it('is a part of allowed area and ratio, as large as the picture', () => {
    const plane = paint((x, y, channel) => (channel === 0 ? 15 * x : 15 * y));
    const [areas, ratios] = [new Set<number>(), new Set<number>()];
    for (let seed = 0; seed < 200; seed++) {
      const cut = randomResizedCrop(plane, { side: SIZE, size: SIZE, smallest: 0.3 }, createRandom(seed));
      // The slopes of the plane tell how far it was enlarged: measured within, where no edge is repeated.
      const width = ((at(cut, 12, 8) - at(cut, 3, 8)) / 9 / 15) * SIZE;
      const height = ((at(cut, 8, 12, 1) - at(cut, 8, 3, 1)) / 9 / 15) * SIZE;
      areas.add(Math.round((100 * width * height) / SIZE ** 2));
      ratios.add(Math.round((10 * width) / height));
    }
    expect(Math.min(...areas)).toBeGreaterThan(24);
    expect(Math.min(...areas)).toBeLessThan(40);
    expect(Math.max(...areas)).toBeGreaterThan(85);
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(6);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(15);
    expect(ratios.size).toBeGreaterThan(3);
  });

  it('is cut out of a picture that is kept larger, and so shows what a smaller one would have lost', () => {
    expect([0.08, 0.5, 0.81, 1].map((smallest) => keptSide(100, smallest))).toEqual([150, 141, 111, 100]);
    // Lines of two pixels: in 24 pixels of side they are there, in 16 they are grey.
    const side = keptSide(SIZE, 0.3);
    const lines = Uint8Array.from({ length: side * side * 3 }, (_, at) => (Math.floor(at / 3) % 4 < 2 ? 255 : 0));
    const spreads = Array.from({ length: 50 }, (_, seed) => {
      const cut = randomResizedCrop(lines, { side, size: SIZE, smallest: 0.3 }, createRandom(seed));
      return Math.max(...cut) - Math.min(...cut);
    });
    expect(Math.max(...spreads)).toBeGreaterThan(240);
  });

  it('is the picture where all of it has to be taken', () => {
    // A ratio other than 1 does not fit then.
    const crops = Array.from({ length: 20 }, (_, seed) =>
      randomResizedCrop(noise, { side: SIZE, size: SIZE, smallest: 1 }, createRandom(seed)),
    );
    expect(crops).toContainEqual(noise);
  });
});

describe('a change', () => {
  const grey = (x: number, y: number): number =>
    0.299 * at(noise, x, y, 0) + 0.587 * at(noise, x, y, 1) + 0.114 * at(noise, x, y, 2);
  const blend = (base: number, value: number, factor: number): number => clamp(base + factor * (value - base));

  it.each([-1, -0.4, 0, 0.7])('of brightness, colour, contrast and sharpness blends, by 1 + 0.9 · %f', (strength) => {
    const factor = 1 + 0.9 * strength;
    expectBytes(changes.brightness(noise, SIZE, strength), (x, y, channel) =>
      blend(0, at(noise, x, y, channel), factor),
    );
    expectBytes(changes.colour(noise, SIZE, strength), (x, y, channel) =>
      blend(grey(x, y), at(noise, x, y, channel), factor),
    );
    let sum = 0;
    for (let place = 0; place < SIZE * SIZE; place++) sum += grey(place % SIZE, Math.floor(place / SIZE));
    const mean = sum / SIZE ** 2;
    expectBytes(changes.contrast(noise, SIZE, strength), (x, y, channel) =>
      blend(mean, at(noise, x, y, channel), factor),
    );
    // PIL's kernel (1 1 1, 1 5 1, 1 1 1) / 13.
    expectBytes(changes.sharpness(noise, SIZE, strength), (x, y, channel) => {
      const own = at(noise, x, y, channel);
      if (x === 0 || y === 0 || x === SIZE - 1 || y === SIZE - 1) return own;
      let around = 4 * own;
      for (const place of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
        around += at(noise, x + (place % 3) - 1, y + Math.floor(place / 3) - 1, channel);
      }
      return blend(around / 13, own, factor);
    });
  });

  it('of tones counts by its size alone', () => {
    expectBytes(changes.solarize(noise, SIZE, -0.25), (x, y, channel) => {
      const value = at(noise, x, y, channel);
      return value < 192 ? value : 255 - value;
    });
    expectBytes(changes.posterize(noise, SIZE, 0.75), (x, y, channel) => at(noise, x, y, channel) & ~7);
    expect(changes.solarize(noise, SIZE, 0.25)).toEqual(changes.solarize(noise, SIZE, -0.25));
  });

  it('of contrast by itself stretches every channel to 0…255, and leaves one of a single tone', () => {
    const pale = paint((x, _, channel) => (channel === 2 ? 90 : 50 + 4 * x + channel));
    expectBytes(changes.autoContrast(pale), (x, _, channel) => (channel === 2 ? 90 : (x * 255) / (SIZE - 1)));
  });

  it('that equalizes makes all tones as frequent', () => {
    // As Pillow's equalize: step = ⌊(pixels − those of the last tone) / 255⌋, ⌊(⌊step / 2⌋ + pixels below) / step⌋.
    const size = 64;
    const ramp = Uint8Array.from({ length: size * size * 3 }, (_, index) => 100 + Math.floor(index / 3 / 1024));
    const step = Math.floor((4096 - 1024) / 255);
    const expected = [0, 1, 2, 3].map((tone) => Math.min(255, Math.floor((Math.floor(step / 2) + 1024 * tone) / step)));
    expect([...new Set(changes.equalize(ramp))]).toEqual(expected);
    expect(changes.equalize(paint(() => 77))).toEqual(paint(() => 77));
  });

  it.each<[keyof typeof changes, number, (x: number, y: number) => readonly [number, number]]>([
    ['translateX', 0.5, (x, y) => [x + 0.15 * SIZE, y]],
    ['translateY', -1, (x, y) => [x, y - 0.3 * SIZE]],
    ['shearX', 1, (x, y) => [x + 0.3 * (y - 7.5), y]],
    ['shearY', -0.5, (x, y) => [x, y - 0.15 * (x - 7.5)]],
    [
      'rotate',
      1,
      (x, y) => [
        7.5 + Math.cos(Math.PI / 6) * (x - 7.5) + Math.sin(Math.PI / 6) * (y - 7.5),
        7.5 - Math.sin(Math.PI / 6) * (x - 7.5) + Math.cos(Math.PI / 6) * (y - 7.5),
      ],
    ],
  ])('%s of strength %f moves places', (name, strength, from) => {
    const plane = paint((x, y, channel) => (channel === 0 ? 9 * x + 60 : 9 * y + 60));
    const moved = changes[name](plane, SIZE, strength);
    for (let y = 4; y < 12; y++) {
      for (let x = 4; x < 12; x++) {
        const [fromX, fromY] = from(x, y);
        const inside = [fromX, fromY].every((place) => place >= 0 && place <= SIZE - 1);
        if (!inside) continue;
        expect(Math.abs(at(moved, x, y, 0) - (9 * fromX + 60))).toBeLessThanOrEqual(0.51);
        expect(Math.abs(at(moved, x, y, 1) - (9 * fromY + 60))).toBeLessThanOrEqual(0.51);
      }
    }
  });
});

describe('RandAugment', () => {
  it('makes two changes after each other, of all fourteen', () => {
    expect(Object.keys(changes)).toHaveLength(14);
    const all = Object.values(changes);
    for (let seed = 0; seed < 40; seed++) {
      const [random, again] = [createRandom(seed), createRandom(seed)];
      let expected = noise;
      for (let count = 0; count < 2; count++) {
        const change = all[again.integer(14)]!;
        const sign = again.uniform() < 0.5 ? -1 : 1;
        expected = change(expected, SIZE, sign * 0.6);
      }
      expect(randAugment(noise, SIZE, 6, random)).toEqual(expected);
    }
  });
});
