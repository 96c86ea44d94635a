import type { Encoder, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, knownSize } from '@sensorium/graph';
import type { Raster } from '@sensorium/modality-image';
import { conformsAsEncoder, conformsToReadme, expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { image } from './index.js';

const noFiles = new Map<string, Uint8Array>();
type Given = z.input<typeof image.options>;
const create = (given: Given): Encoder<Raster> => image.create(image.options.parse(given), noFiles);

const raster = (width: number, height: number, channels: Raster['channels'], data: Raster['data']): Raster => ({
  width,
  height,
  channels,
  data,
});
const noise = (width: number, height: number, channels: Raster['channels'], seed: string): Raster =>
  raster(width, height, channels, createRandom(1, seed).bytes(width * height * channels));
const plain = (width: number, height: number, ...pixel: number[]): Raster => {
  const data = Uint8Array.from({ length: pixel.length * width * height }, (_, index) => pixel[index % pixel.length]!);
  return raster(width, height, pixel.length as Raster['channels'], data);
};

conformsAsEncoder(image, {
  options: [
    { size: 16, channels: 4, dim: 8 },
    {
      fit: 'cover',
      dim: 6,
      channels: 3,
      depth: 2,
      augment: { crop: 0.2, flip: 'both', quarterTurns: true, colour: 0.5, erase: 0.9 },
    },
    {
      ...{ size: 20, network: 'tiny', channels: 3, dim: 6, blocks: 1, mix: 'cutmix' },
      augment: { resizedCrop: 0.5, randAugment: 5 },
    },
  ],
  values: [
    noise(16, 16, 3, 'rgb'),
    noise(30, 10, 4, 'alpha'),
    noise(7, 20, 1, 'grey'),
    raster(
      8,
      8,
      2,
      Uint16Array.from({ length: 128 }, (_, index) => index * 511),
    ),
  ],
});
conformsToReadme(image, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

/** The pixel at (x, y) of a prepared picture. */
function pixelAt({ pixels }: Tensors, x: number, y: number): number[] {
  const start = (y * pixels!.shape[2]! + x) * 3;
  return Array.from(pixels!.data, Number).slice(start, start + 3);
}

describe('a picture', () => {
  const encoder = create({ size: 8 });

  it.each([
    ['grey', plain(8, 8, 90), [90, 90, 90]],
    ['grey, half transparent over white', plain(8, 8, 100, 51), [224, 224, 224]],
    ['RGB', plain(8, 8, 1, 2, 3), [1, 2, 3]],
    ['RGB, not to be seen', plain(8, 8, 1, 2, 3, 0), [255, 255, 255]],
    ['16 bits', raster(8, 8, 1, new Uint16Array(64).fill(0xabab)), [0xab, 0xab, 0xab]],
  ])('%s becomes RGB', (_, picture, expected) => {
    const tensors = encoder.prepare(picture);
    expect(tensors['pixels']!.shape).toEqual([1, 8, 8, 3]);
    expect(pixelAt(tensors, 0, 0)).toEqual(expected);
    expect(pixelAt(tensors, 7, 7)).toEqual(expected);
  });

  it('larger or smaller than the size is resampled', () => {
    for (const side of [3, 50]) {
      const tensors = encoder.prepare(plain(side, side, 10, 20, 30));
      expect(new Set(Array.from(tensors['pixels']!.data, Number))).toEqual(new Set([10, 20, 30]));
    }
  });

  /** 16×8: the left quarter red, the right one blue, the middle green. */
  const wide = raster(
    16,
    8,
    3,
    Uint8Array.from({ length: 16 * 8 * 3 }, (_, index) => {
      const x = Math.floor(index / 3) % 16;
      return index % 3 === (x < 4 ? 0 : x < 12 ? 1 : 2) ? 255 : 0;
    }),
  );
  const row = (fit: 'contain' | 'squeeze' | 'cover', y: number): number[][] => {
    const tensors = create({ size: 8, fit }).prepare(wide);
    return [0, 4, 7].map((x) => pixelAt(tensors, x, y));
  };
  const [red, green, blue, black] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [0, 0, 0],
  ];

  it('that is no square has bars with contain', () => {
    expect(row('contain', 0)).toEqual([black, black, black]);
    expect(row('contain', 1)).toEqual([black, black, black]);
    expect(row('contain', 4)).toEqual([red, green, blue]);
    expect(row('contain', 7)).toEqual([black, black, black]);
  });

  it('that is no square is distorted with squeeze', () => {
    for (const y of [0, 7]) expect(row('squeeze', y)).toEqual([red, green, blue]);
  });

  it('that is no square is cut with cover', () => {
    for (const y of [0, 7]) expect(row('cover', y)).toEqual([green, green, green]);
  });

  it('that is no square has a note', () => {
    const notes = (fit: 'contain' | 'squeeze' | 'cover') => create({ fit }).notes?.(wide);
    expect(notes('contain')).toEqual(['16×8 was filled up with bars to a square']);
    expect(notes('squeeze')).toEqual(['16×8 was squeezed to a square']);
    expect(notes('cover')).toEqual(['16×8 was cut to a square']);
    expect(create({}).notes?.(plain(9, 9, 0))).toEqual([]);
  });
});

describe('the size', () => {
  async function chosen(sides: readonly (readonly [number, number])[], given: Given = {}): Promise<number | undefined> {
    const pictures = async function* () {
      for (const [width, height] of sides) yield plain(width, height, 0);
    };
    return (await image.learn!(image.options.parse(given), pictures(), noFiles)).size;
  }

  it.each<[string, [number, number][], number]>([
    ['of the longer side', [[20, 33]], 40],
    [
      'that is usual',
      [
        [24, 24],
        [24, 10],
        [1000, 1],
      ],
      24,
    ],
    ['of at least 16', [[3, 2]], 16],
    ['of at most 128', [[640, 480]], 128],
    ['without pictures', [], 128],
  ])('is chosen %s', async (_, sides, expected) => {
    expect(await chosen(sides)).toBe(expected);
  });

  it('stays as it is given', async () => {
    expect(await chosen([[20, 20]], { size: 50 })).toBe(50);
  });

  it('is known after 500 pictures', async () => {
    let read = 0;
    const pictures = async function* () {
      for (;;) {
        read++;
        yield plain(30, 30, 0);
      }
    };
    expect((await image.learn!(image.options.parse({}), pictures(), noFiles)).size).toBe(32);
    expect(read).toBe(500);
  });

  function grid(size: number): number {
    const x = { pixels: input('pixels', 'uint8', ['batch', size, size, 3]) };
    const present = input('present', 'float32', ['batch', 1]);
    const { tokens } = create({ size, channels: 2, dim: 4 }).build(createScope(), x, present);
    return Math.sqrt(knownSize(tokens.shape, 1));
  }

  it('is halved, and rounded up, to a square grid of at most 8×8', () => {
    const largest = grid(64);
    expect([2, 4, 8]).toContain(largest);
    for (const size of [8, 9, 16, 24, 100, 127]) {
      let side = size;
      while (side > largest) side = Math.ceil(side / 2);
      expect(grid(size), String(size)).toBe(side);
    }
  });
});

describe('the tokens', () => {
  it.each([
    ['9×9, pooled, of an odd side', 9],
    ['50×50, with a stride, then pooled twice', 50],
  ])('of %s are the formula', async (_, size) => {
    const encoder = create({ size, channels: 2, dim: 3 });
    const scope = createScope();
    const ports = { pixels: input('pixels', 'uint8', ['batch', size, size, 3]) };
    const { tokens, pooled } = encoder.build(scope, ports, input('present', 'float32', ['batch', 1]));
    const weights = someWeights(scope.parameters);
    const { pixels } = encoder.prepare(noise(size, size, 3, 'tokens'));
    const present: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
    const result = await runGraph({ tokens, pooled }, { pixels: pixels!, present }, weights);
    const expected = tokensOf(Array.from(pixels!.data, Number), size, weights);
    expectAllClose(Array.from(result['tokens']!.data, Number), expected.flat());
    const mean = [0, 1, 2].map((column) => meanOf(expected.map((token) => token[column]!)));
    expectAllClose(Array.from(result['pooled']!.data, Number), mean);
  });
});

/** Channels of rows of values. */
type Planes = number[][][];

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const standardized = (values: readonly number[]): number[] => {
  const mean = meanOf(values);
  const variance = meanOf(values.map((value) => (value - mean) ** 2));
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
};
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The tokens of a picture, in plain arithmetic. */
function tokensOf(pixels: readonly number[], size: number, weights: Tensors): number[][] {
  let x: Planes = range(3).map((channel) =>
    range(size).map((row) =>
      range(size).map((column) => (pixels[(row * size + column) * 3 + channel]! - 127.5) / 63.75),
    ),
  );
  for (let stage = 0; x[0]!.length > 8; stage++) {
    const [stride, window] = x[0]!.length <= 48 ? [1, 2] : [2, 1];
    x = strongest(convolved(x, `stage${stage}`, stride, weights), window);
  }
  x = strongest(convolved(x, 'layer0', 1, weights), 1);
  const numbers = (name: string): number[] => Array.from(weights[name]!.data, Number);
  const [weight, bias, positions] = ['project/weight', 'project/bias', 'positions'].map(numbers) as [
    number[],
    number[],
    number[],
  ];
  const side = x[0]!.length;
  return range(side * side).map((place) => {
    const features = standardized(x.map((plane) => plane[Math.floor(place / side)]![place % side]!));
    return range(3).map((column) =>
      features.reduce(
        (sum, value, row) => sum + value * weight[row * 3 + column]!,
        bias[column]! + positions[place * 3 + column]!,
      ),
    );
  });
}

/** A 3×3 convolution with weights of mean 0 and variance 2 / fan-in. */
function convolved(x: Planes, layer: string, stride: number, weights: Tensors): Planes {
  const weight = Array.from(weights[`${layer}/weight`]!.data, Number);
  const fanIn = x.length * 9;
  const places = range(Math.ceil(x[0]!.length / stride));
  return Array.from(weights[`${layer}/bias`]!.data, Number).map((bias, output) => {
    const filter = standardized(weight.slice(output * fanIn, (output + 1) * fanIn));
    return places.map((row) =>
      places.map((column) =>
        range(fanIn).reduce((sum, index) => {
          const [channel, dy, dx] = [Math.floor(index / 9), Math.floor((index % 9) / 3) - 1, (index % 3) - 1];
          const value = x[channel]![row * stride + dy]?.[column * stride + dx] ?? 0;
          return sum + value * filter[index]! * Math.sqrt(2 / fanIn);
        }, bias),
      ),
    );
  });
}

/** The largest value of every window, if it is positive. */
function strongest(x: Planes, window: number): Planes {
  return x.map((plane) =>
    range(Math.ceil(plane.length / window)).map((row) =>
      range(Math.ceil(plane.length / window)).map((column) => {
        const rows = plane.slice(row * window, (row + 1) * window);
        return Math.max(0, ...rows.flatMap((values) => values.slice(column * window, (column + 1) * window)));
      }),
    ),
  );
}
