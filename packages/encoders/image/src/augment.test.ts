import type { Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { image } from './index.js';

type Augmentation = z.input<typeof image.options>['augment'];

const SIZE = 8;
type Pixel = readonly number[];
type PixelOf = (x: number, y: number) => Pixel;

/** Red tells the column, green the row. */
const place: PixelOf = (x, y) => [10 * x, 10 * y, 200];

const positions = Array.from({ length: SIZE * SIZE }, (_, index) => [index % SIZE, Math.floor(index / SIZE)] as const);
const draw = (pixelOf: PixelOf): Uint8Array => Uint8Array.from(positions.flatMap(([x, y]) => pixelOf(x, y)));

/** Different random variants of a picture. */
function variants(augment: Augmentation, pixelOf: PixelOf = place, count = 300): Uint8Array[] {
  const encoder = image.create(image.options.parse({ size: SIZE, augment }));
  const data = draw(pixelOf);
  const sample: Tensors = { pixels: { dtype: 'uint8', shape: [1, SIZE, SIZE, 3], data } };
  const random = createRandom(1, 'augment');
  const all = Array.from({ length: count }, () => encoder.augment!(sample, random)['pixels']!.data as Uint8Array);
  expect(data).toEqual(draw(pixelOf));
  return [...new Map(all.map((variant) => [variant.join(), variant])).values()];
}

/** Compares pictures in any order. */
function expectPictures(actual: readonly Uint8Array[], expected: readonly PixelOf[]): void {
  const text = (pictures: readonly Uint8Array[]) => pictures.map((picture) => picture.join()).sort();
  expect(text(actual)).toEqual(text(expected.map(draw)));
}

const last = SIZE - 1;
const mirrorX: PixelOf = (x, y) => place(last - x, y);
const mirrorY: PixelOf = (x, y) => place(x, last - y);
const half: PixelOf = (x, y) => place(last - x, last - y);
/** Clockwise: the first row becomes the last column. */
const quarter: PixelOf = (x, y) => place(y, last - x);
const threeQuarters: PixelOf = (x, y) => place(last - y, x);
const diagonal: PixelOf = (x, y) => place(y, x);
const otherDiagonal: PixelOf = (x, y) => place(last - y, last - x);

describe('augmentation', () => {
  it('is off by default', () => {
    for (const augment of [undefined, {}]) {
      expect('augment' in image.create(image.options.parse({ augment }))).toBe(false);
    }
  });

  it.each([
    ['horizontal', [place, mirrorX]],
    ['vertical', [place, mirrorY]],
    ['both', [place, mirrorX, mirrorY, half]],
  ] as const)('flips %s', (flip, expected) => {
    expectPictures(variants({ flip }), expected);
  });

  it('turns by quarters, and never mirrors', () => {
    expectPictures(variants({ quarterTurns: true }), [place, quarter, half, threeQuarters]);
  });

  it('turns and flips to all eight symmetries of the square', () => {
    const all = [place, quarter, half, threeQuarters, mirrorX, mirrorY, diagonal, otherDiagonal];
    expectPictures(variants({ quarterTurns: true, flip: 'horizontal' }), all);
    expectPictures(variants({ quarterTurns: true, flip: 'both' }), all);
  });

  it('shifts by at most the given share of the side and repeats the edge', () => {
    const clamp = (position: number) => Math.min(last, Math.max(0, position));
    const shifts = [-2, -1, 0, 1, 2];
    const expected = shifts.flatMap((dx) =>
      shifts.map(
        (dy): PixelOf =>
          (x, y) =>
            place(clamp(x + dx), clamp(y + dy)),
      ),
    );
    expectPictures(variants({ crop: 0.25 }, place, 1000), expected);
  });

  it('changes colours by one line for each channel, and places not at all', () => {
    const grey: PixelOf = (x, y) => [120, 125, 130].map((value) => value + ((x + y) % 2));
    const changed = variants({ colour: 0.3 }, grey, 200);
    expect(changed.length).toBeGreaterThan(150);
    for (const variant of changed) {
      const [even, odd] = [variant.slice(0, 3), variant.slice(3, 6)];
      expect(variant).toEqual(draw((x, y) => Array.from((x + y) % 2 ? odd : even)));
      // Brightness by at most 0.3 · 128, contrast of values near 128 by next to nothing.
      for (const [channel, value] of even.entries())
        expect(Math.abs(value - (120 + 5 * channel))).toBeLessThanOrEqual(44);
    }
    const lightness = changed.map(([red = 0]) => red);
    expect(Math.min(...lightness)).toBeLessThan(95);
    expect(Math.max(...lightness)).toBeGreaterThan(145);
  });

  it('changes contrast between 1 − colour and 1 + colour, and each channel by half of that', () => {
    const steps: PixelOf = (x) => [x < 4 ? 108 : 148, 128, 128];
    const contrasts = variants({ colour: 0.2 }, steps, 300).map((variant) => (variant[12]! - variant[0]!) / 40);
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(0.8 * 0.9 - 0.03);
    expect(Math.max(...contrasts)).toBeLessThanOrEqual(1.2 * 1.1 + 0.03);
    expect(Math.min(...contrasts)).toBeLessThan(0.85);
    expect(Math.max(...contrasts)).toBeGreaterThan(1.15);
  });

  it('erases one grey rectangle, as often as it is told', () => {
    const encoder = image.create(image.options.parse({ size: SIZE, augment: { erase: 0.5 } }));
    const sample: Tensors = { pixels: { dtype: 'uint8', shape: [1, SIZE, SIZE, 3], data: draw(place) } };
    const random = createRandom(1, 'erase');
    const all = Array.from({ length: 400 }, () => encoder.augment!(sample, random)['pixels']!.data as Uint8Array);
    const erased = all.filter((picture) => picture.join() !== draw(place).join());
    expect(erased.length).toBeGreaterThan(160);
    expect(erased.length).toBeLessThan(240);
    for (const picture of erased) {
      const grey = positions.filter((_, index) => picture[index * 3] === 128);
      const [xs, ys] = [grey.map(([x]) => x), grey.map(([, y]) => y)];
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const inside = (x: number, y: number) => x >= left && x <= right && y >= top && y <= bottom;
      expect(picture).toEqual(draw((x, y) => (inside(x, y) ? [128, 128, 128] : place(x, y))));
      // 20 % of 64 pixels, with both sides rounded up at worst.
      expect(grey.length).toBeLessThanOrEqual(20);
    }
  });
});
