import type { SampleRandom, Tensors } from '@sensorium/contracts';
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
const paint = (pixelOf: PixelOf): Uint8Array => Uint8Array.from(positions.flatMap(([x, y]) => pixelOf(x, y)));

/** Of one sample in one epoch. */
const randomOf = (index: number, row = index): SampleRandom => ({
  own: createRandom(index, 'own'),
  row: createRandom(row, 'row'),
});

/** Draws a picture as the encoder's view does. */
function drawer(augment: Augmentation): (pixelOf: PixelOf, random: SampleRandom | null) => Uint8Array {
  const encoder = image.create(image.options.parse({ size: SIZE, augment }), new Map());
  return (pixelOf, random) => {
    const data = paint(pixelOf);
    const sample: Tensors = { pixels: { dtype: 'uint8', shape: [1, SIZE, SIZE, 3], data } };
    const drawn = encoder.view!.draw(sample, random)['pixels']!.data as Uint8Array;
    expect(data).toEqual(paint(pixelOf));
    return drawn;
  };
}

/** Different random variants of a picture. */
function variants(augment: Augmentation, pixelOf: PixelOf = place, count = 300): Uint8Array[] {
  const draw = drawer(augment);
  const all = Array.from({ length: count }, (_, index) => draw(pixelOf, randomOf(index)));
  return [...new Map(all.map((variant) => [variant.join(), variant])).values()];
}

/** Compares pictures in any order. */
function expectPictures(actual: readonly Uint8Array[], expected: readonly PixelOf[]): void {
  const text = (pictures: readonly Uint8Array[]) => pictures.map((picture) => picture.join()).sort();
  expect(text(actual)).toEqual(text(expected.map(paint)));
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
      expect(image.create(image.options.parse({ augment }), new Map()).view).toBeUndefined();
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
      expect(variant).toEqual(paint((x, y) => Array.from((x + y) % 2 ? odd : even)));
      // Brightness by at most 0.3 · 128, contrast of values near 128 by next to nothing.
      for (const [channel, value] of even.entries())
        expect(Math.abs(value - (120 + 5 * channel))).toBeLessThanOrEqual(44);
    }
    const lightness = changed.map((variant) => variant[0]!);
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
    const draw = drawer({ erase: 0.5 });
    const all = Array.from({ length: 400 }, (_, index) => draw(place, randomOf(index)));
    const erased = all.filter((picture) => picture.join() !== paint(place).join());
    expect(erased.length).toBeGreaterThan(160);
    expect(erased.length).toBeLessThan(240);
    for (const picture of erased) {
      const grey = positions.filter((_, index) => picture[index * 3] === 128);
      const [xs, ys] = [grey.map(([x]) => x), grey.map(([, y]) => y)];
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const inside = (x: number, y: number) => x >= left && x <= right && y >= top && y <= bottom;
      expect(picture).toEqual(paint((x, y) => (inside(x, y) ? [128, 128, 128] : place(x, y))));
      // 20 % of 64 pixels, with both sides rounded up at worst.
      expect(grey.length).toBeLessThanOrEqual(20);
    }
  });

  it('leaves pictures alone outside training', () => {
    const draw = drawer({ crop: 0.5, flip: 'both', quarterTurns: true, colour: 1, erase: 1 });
    expect(draw(place, null)).toEqual(paint(place));
  });

  it('moves pixels by what the row draws alone, and changes their colours by what the picture draws', () => {
    const moves = drawer({ crop: 0.25, flip: 'both', quarterTurns: true });
    const colours = drawer({ colour: 0.5, erase: 0.5 });
    const both = drawer({ crop: 0.25, flip: 'both', quarterTurns: true, colour: 0.5 });
    for (let index = 0; index < 20; index++) {
      expect(moves(place, randomOf(index))).toEqual(moves(place, randomOf(index + 100, index)));
      expect(colours(place, randomOf(index))).toEqual(colours(place, randomOf(index, index + 100)));
      // Red tells the column as well after it is changed: colours do not move a pixel.
      const mask = moves((x, y) => [x === 2 && y === 3 ? 255 : 0, 0, 0], randomOf(index));
      const picture = both((x, y) => (x === 2 && y === 3 ? [200, 200, 200] : [0, 0, 0]), randomOf(index));
      const lit = (pixels: Uint8Array): number[] => {
        const reds = pixels.filter((_, at) => at % 3 === 0);
        return [...reds.keys()].filter((at) => reds[at]! > Math.min(...reds));
      };
      expect(lit(picture)).toEqual(lit(mask));
    }
  });

  it('draws mirrors, turns and shifts from the forks that its docstring names', () => {
    const { row } = randomOf(3);
    const mirrors = row.fork('flip');
    const [across, over] = [mirrors.uniform() < 0.5, mirrors.uniform() < 0.5];
    const expected = across ? (over ? half : mirrorX) : over ? mirrorY : place;
    expect(drawer({ flip: 'both' })(place, randomOf(3))).toEqual(paint(expected));
    expect(drawer({ flip: 'vertical' })(place, randomOf(3))).toEqual(paint(over ? mirrorY : place));
    const turned = [place, quarter, half, threeQuarters][row.fork('turn').integer(4)]!;
    expect(drawer({ quarterTurns: true })(place, randomOf(3))).toEqual(paint(turned));
    const shifts = row.fork('crop');
    const [dx, dy] = [shifts.integer(5) - 2, shifts.integer(5) - 2];
    const clamp = (position: number) => Math.min(last, Math.max(0, position));
    const shifted: PixelOf = (x, y) => place(clamp(x + dx), clamp(y + dy));
    expect(drawer({ crop: 0.25 })(place, randomOf(3))).toEqual(paint(shifted));
  });
});
