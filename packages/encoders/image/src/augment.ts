import type { Random, SampleRandom, Tensor } from '@sensorium/contracts';
import { z } from 'zod';
import { randAugment } from './rand-augment.js';
import { keptSide, randomResizedCrop, resized } from './resized-crop.js';

export const augmentation = z.strictObject({
  crop: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('largest shift in each direction, as a share of the side; what is uncovered repeats the edge'),
  resizedCrop: z
    .number()
    .min(0.05)
    .max(1)
    .default(1)
    .describe(
      'smallest share of the picture that is cut out and seen as all of it, of a ratio of sides from 3:4 to 4:3 (Szegedy et al. 2015), of a picture that is kept up to 1.5 times as large for it; 1: none',
    ),
  flip: z
    .enum(['none', 'horizontal', 'vertical', 'both'])
    .default('none')
    .describe('mirror images, each half of the time'),
  quarterTurns: z.boolean().default(false).describe('turn by 0, 90, 180 or 270 degrees'),
  colour: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('largest change of brightness, contrast and each channel’s strength'),
  randAugment: z
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      'strength of two random changes out of fourteen for each picture (RandAugment, Cubuk et al. 2020); 0: none',
    ),
  erase: z.number().min(0).max(1).default(0).describe('how often a random rectangle becomes grey (Zhong et al. 2020)'),
});

export type Augmentation = z.output<typeof augmentation>;

/** Where in the source picture the pixel at (x, y) of the new one comes from: index = origin + x·right + y·down. */
interface Layout {
  readonly origin: number;
  readonly right: number;
  readonly down: number;
}

/** Whether any option asks for a change. Without one, what frozen layers make of a picture can be kept. */
export const changesPictures = (options: Augmentation): boolean => {
  const { crop, resizedCrop, flip, quarterTurns, colour, randAugment, erase } = options;
  return crop > 0 || resizedCrop < 1 || flip !== 'none' || quarterTurns || colour > 0 || randAugment > 0 || erase > 0;
};

/** The side of pictures as they are kept, of which `size` pixels are seen. */
export const sideOf = (size: number, { resizedCrop }: Augmentation): number => keptSide(size, resizedCrop);

/** A picture as it is seen outside training: all of what is kept. */
export function wholePixels(pixels: Tensor, size: number, options: Augmentation): Tensor {
  const side = sideOf(size, options);
  return side === size ? pixels : seen(resized(pixels.data as Uint8Array, side, size), size);
}

const seen = (data: Uint8Array, size: number): Tensor => ({ dtype: 'uint8', shape: [1, size, size, 3], data });

/**
 * A random variant, uint8 [1,size,size,3], of a square picture of the side that is kept. Where its pixels go is drawn from the row's stream, so that another
 * column, such as a mask of the picture, can follow: mirrors from its fork `flip` (first left to right, then upside down,
 * each if uniform() < 0.5), quarter turns clockwise from `turn` (integer(4)), shifts from `crop` (across, then down), cuts from
 * `resizedCrop`, and the changes of RandAugment, colours among them, from `randAugment`. What else they look like is drawn from
 * the picture's own.
 */
export function augmentPixels(pixels: Tensor, size: number, options: Augmentation, random: SampleRandom): Tensor {
  const { own, row } = random;
  const given = pixels.data as Uint8Array;
  const cut = { side: sideOf(size, options), size, smallest: options.resizedCrop };
  const whole = options.resizedCrop < 1 ? randomResizedCrop(given, cut, row.fork('resizedCrop')) : given;
  const placed = rearrange(whole, size, randomLayout(size, options, row), shifts(size, options.crop, row.fork('crop')));
  const data =
    options.randAugment > 0 ? randAugment(placed, size, options.randAugment, row.fork('randAugment')) : placed;
  if (options.colour > 0) recolour(data, options.colour, own);
  if (options.erase > 0 && own.uniform() < options.erase) erase(data, size, own);
  return seen(data, size);
}

/** One of the eight symmetries of the square, as far as the options allow. */
function randomLayout(size: number, { flip, quarterTurns }: Augmentation, row: Random): Layout {
  const mirrors = row.fork('flip');
  const [across, over] = [mirrors.uniform() < 0.5, mirrors.uniform() < 0.5];
  const mirrorX = across && (flip === 'horizontal' || flip === 'both');
  const mirrorY = over && (flip === 'vertical' || flip === 'both');
  const turns = quarterTurns ? row.fork('turn').integer(4) : 0;
  // Half a turn is both mirrors; a quarter turn swaps the axes and mirrors one.
  const x = mirrorX !== (turns === 1 || turns === 2);
  const y = mirrorY !== (turns === 2 || turns === 3);
  const [right, down] = turns % 2 === 1 ? [size, 1] : [1, size];
  const last = size - 1;
  return { origin: (x ? last * right : 0) + (y ? last * down : 0), right: x ? -right : right, down: y ? -down : down };
}

function shifts(size: number, crop: number, random: Random): { dx: number; dy: number } {
  const most = Math.round(size * crop);
  const shift = (): number => (most > 0 ? random.integer(2 * most + 1) - most : 0);
  return { dx: shift(), dy: shift() };
}

function rearrange(data: Uint8Array, size: number, layout: Layout, { dx, dy }: { dx: number; dy: number }): Uint8Array {
  const { origin, right, down } = layout;
  const result = new Uint8Array(data.length);
  const clamp = (position: number): number => Math.min(size - 1, Math.max(0, position));
  let target = 0;
  for (let y = 0; y < size; y++) {
    const line = origin + clamp(y + dy) * down;
    for (let x = 0; x < size; x++) {
      const source = (line + clamp(x + dx) * right) * 3;
      result[target++] = data[source] as number;
      result[target++] = data[source + 1] as number;
      result[target++] = data[source + 2] as number;
    }
  }
  return result;
}

/** value → (value − 128) · contrast · channel + 128 + brightness */
function recolour(data: Uint8Array, strength: number, random: Random): void {
  const change = (): number => (random.uniform() * 2 - 1) * strength;
  const contrast = 1 + change();
  const brightness = change() * 128;
  for (let channel = 0; channel < 3; channel++) {
    const factor = contrast * (1 + change() / 2);
    const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => (value - 128) * factor + 128 + brightness);
    for (let index = channel; index < data.length; index += 3) data[index] = table[data[index] as number] as number;
  }
}

/** A grey rectangle of 2 to 20 % of the picture. */
function erase(data: Uint8Array, size: number, random: Random): void {
  const area = size * size * (0.02 + 0.18 * random.uniform());
  const ratio = Math.exp((random.uniform() * 2 - 1) * Math.log(3));
  const width = Math.min(size, Math.max(1, Math.round(Math.sqrt(area * ratio))));
  const height = Math.min(size, Math.max(1, Math.round(Math.sqrt(area / ratio))));
  const [left, top] = [random.integer(size - width + 1), random.integer(size - height + 1)];
  for (let y = top; y < top + height; y++) data.fill(128, (y * size + left) * 3, (y * size + left + width) * 3);
}
