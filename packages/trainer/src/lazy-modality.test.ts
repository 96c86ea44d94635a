import { defineFusion, required, type Features, type Manifest } from '@sensorium/contracts';
import { createRandom, memoryStore } from '@sensorium/data';
import { concat, maximum, unsqueeze } from '@sensorium/graph';
import { classification } from '@sensorium/head-classification';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { train, type Trained, type TrainOptions } from './index.js';
import { pointPlugins } from './testing/points.js';

/** The inputs' vectors side by side. */
const joined = defineFusion({
  specVersion: 'v1',
  name: 'joined',
  options: z.strictObject({}),
  create: () => ({
    build(_, parts): Features {
      const pooled = concat(
        Object.values(parts).map((part) => part.pooled),
        1,
      );
      const present = Object.values(parts)
        .map((part) => part.present)
        .reduce(maximum);
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});

/**
 * Whether both numbers of `hard` have the same sign, which it says exactly, and no line through the plane tells; `easy` has it in its
 * first number, with noise that makes it wrong once in 160 times.
 */
function rowsOf(count: number, name: string): object[] {
  const random = createRandom(1, name);
  return Array.from({ length: count }, () => {
    const [x, y] = [4 * random.uniform() - 2, 4 * random.uniform() - 2];
    const isSame = x * y > 0;
    const easy = { x: (isSame ? 1 : -1) + 0.4 * random.normal(), y: random.normal() };
    return { easy, hard: { x, y }, answer: isSame ? 'same' : 'other' };
  });
}

const options: TrainOptions = {
  rows: rowsOf(400, 'train'),
  validation: rowsOf(400, 'validation'),
  plugins: [...pointPlugins, joined, classification],
  from: ['.'],
  cache: memoryStore(),
};
const hard = { encoder: 'points', dim: 12 } as const;

const trainBoth = (balance: 'pareto' | null): Promise<Trained> =>
  train(
    {
      sensorium: 1,
      inputs: { easy: hard, hard },
      fusion: 'joined',
      heads: { answer: 'classification' },
      // Its steps are as long as gradients are: what an easy input leaves of the error is little.
      training: { epochs: 20, batchSize: 32, optimizer: 'sgd', learningRate: 0.1, seed: 1, balance },
    },
    options,
  );

/** What a head can learn from the encoder of `hard` as it is: the lowest held-out loss. */
async function lossOnHard({ model }: Trained): Promise<number> {
  const manifest: Manifest = {
    sensorium: 1,
    inputs: { hard: { ...hard, trainable: 'frozen' } },
    heads: { answer: 'classification' },
    training: { epochs: 40, batchSize: 32, learningRate: 0.1, seed: 1 },
    data: { weights: 'model.onnx' },
  };
  const files = new Map([['model.onnx', new Blob([Uint8Array.from(model)])]]);
  const { metrics } = await train(manifest, { ...options, files });
  return Math.min(
    ...metrics.history.map(({ validation }) => required(validation?.metrics['answer']?.['crossEntropy'], 'a loss')),
  );
}

it('an input that is hard to learn, beside one that is easy, has half the loss with pareto that it has with none', async () => {
  const [lazy, balanced] = [await trainBoth(null), await trainBoth('pareto')];
  expect(await lossOnHard(balanced)).toBeLessThan(0.5 * (await lossOnHard(lazy)));
}, 60_000);
