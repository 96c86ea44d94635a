import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { image } from './index.js';

const SIZE = 12;

const pixels = (seed: string): Tensor<'uint8'> => ({
  dtype: 'uint8',
  shape: [2, SIZE, SIZE, 3],
  data: createRandom(1, seed).bytes(2 * SIZE * SIZE * 3),
});
const [own, partner] = [pixels('own'), pixels('partner')];

/** Mixes pictures; `chance` are the random numbers that training would feed. */
async function mixed(mix: 'mixup' | 'cutmix', ratio: number, chance: readonly number[] = []) {
  const encoder = image.create(image.options.parse({ size: SIZE, mix }), new Map());
  const scope = createScope({ mode: 'training' });
  const symbols = ['own', 'partner'].map((name) => ({ pixels: input(name, 'uint8', [2, SIZE, SIZE, 3]) }));
  const share = input('ratio', 'float32', []);
  const found = encoder.mix!(scope, symbols[0]!, symbols[1]!, share);
  const noises = scope.noises.map(({ name, shape }) => {
    return [name, { dtype: 'float32', shape: shape.map(Number), data: Float32Array.from(chance) } as const] as const;
  });
  const outputs = await runGraph(
    { pixels: found.x['pixels']!, share: found.ratio },
    {
      own,
      partner,
      ratio: { dtype: 'float32', shape: [], data: Float32Array.of(ratio) },
      ...Object.fromEntries(noises),
    },
  );
  return { pixels: Array.from(outputs['pixels']!.data, Number), share: Number(outputs['share']!.data[0]) };
}

it.each([0, 0.3, 1])('mixup with %f is the mean of both, by their shares', async (ratio) => {
  const found = await mixed('mixup', ratio);
  expectAllClose(
    found.pixels,
    Array.from(own.data, (value, index) => ratio * value + (1 - ratio) * partner.data[index]!),
  );
  expect(found.share).toBeCloseTo(ratio, 6);
});

describe('cutmix', () => {
  // The second number counts 1/256 of the first: down, then across.
  it.each<[number, number[], number, number, number]>([
    [0.5, [0, 0, 0, 0], 8, 0, 0],
    [0.5, [0.5, 0, 255 / 256, 255 / 256], 8, 2, 4],
    [0.9, [0.25, 0, 0.75, 0], 4, 2, 6],
    [1, [0.5, 0, 0.5, 0], 0, 6, 6],
    [0, [0.5, 0, 0.5, 0], 12, 0, 0],
  ])(
    'with %f and chance %j has %i² pixels of the partner from row %i and column %i on',
    async (ratio, chance, side, top, left) => {
      const found = await mixed('cutmix', ratio, chance);
      const expected = Array.from(own.data, (value, index) => {
        const place = Math.floor(index / 3) % (SIZE * SIZE);
        const [x, y] = [place % SIZE, Math.floor(place / SIZE)];
        return x >= left && x < left + side && y >= top && y < top + side ? partner.data[index]! : value;
      });
      expect(found.pixels).toEqual(expected);
      expect(found.share).toBeCloseTo(1 - (side / SIZE) ** 2, 6);
    },
  );
});
