import { required, type Manifest, type Tensor } from '@sensorium/contracts';
import { memoryStore } from '@sensorium/data';
import { attention } from '@sensorium/fusion-attention';
import { loadPipeline, modelWeights } from '@sensorium/orchestrator';
import { expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { train, type Trained } from './index.js';
import { pointPlugins, pointRows, type Point } from './testing/points.js';

const rows = pointRows(24).map((row, index) => ({ ...row, right: index % 3 === 0 ? null : row.right }));
const given = rows.flatMap(({ right }) => (right ? [right] : []));

const frozen = { encoder: 'points', trainable: 'frozen', modalityDropout: 0 } as const;
const trainWith = (
  missing: 'learned' | 'impute',
  training: Manifest['training'] = {},
  fusion: Manifest['fusion'] = 'balanced',
): Promise<Trained> =>
  train(
    {
      sensorium: 1,
      inputs: { left: 'points', right: { ...frozen, missing } },
      fusion,
      heads: { value: 'value' },
      training: { epochs: 1, batchSize: 24, validation: 0, seed: 2, ...training },
    },
    { rows, plugins: [...pointPlugins, attention], from: ['.'], cache: memoryStore() },
  );

const numbers = (weights: Readonly<Record<string, Tensor>>, name: string): number[] =>
  Array.from(required(weights[`inputs/right/${name}`], name).data, Number);

/** tanh(x W + b) of an encoder of points. */
function featuresOf(weights: Readonly<Record<string, Tensor>>, { x, y }: Point): number[] {
  const matrix = numbers(weights, 'weight');
  return numbers(weights, 'bias').map((bias, unit) =>
    Math.tanh(x * matrix[unit]! + y * matrix[numbers(weights, 'bias').length + unit]! + bias),
  );
}

describe('missing: impute', () => {
  // One fusion reads pooled vectors, the other tokens: a point has one, which is its pooled vector.
  it.each([
    ['pooled', 'balanced'],
    ['token', { use: 'attention', dim: 4, heads: 2, layers: 1 }],
  ] as const)('has as %s the mean of what the training samples have that have it', async (place, fusion) => {
    const weights = modelWeights((await trainWith('impute', {}, fusion)).model);
    const all = given.map((point) => featuresOf(weights, point));
    const mean = featuresOf(weights, { x: 0, y: 0 }).map(
      (_, unit) => all.reduce((sum, features) => sum + features[unit]!, 0) / all.length,
    );
    const [count] = numbers(weights, `missing/${place}/count`);
    expectAllClose(
      numbers(weights, `missing/${place}/sum`).map((sum) => sum / count!),
      mean,
    );
  });

  it('forgets a hundredth of it with every step', async () => {
    const counts = async (epochs: number): Promise<number> => {
      const { model } = await trainWith('impute', { epochs });
      return required(numbers(modelWeights(model), 'missing/pooled/count')[0], 'a count');
    };
    const once = 0.01 * given.length;
    expect(await counts(1)).toBeCloseTo(once, 5);
    expect(await counts(3)).toBeCloseTo(once * (1 + 0.99 + 0.99 ** 2), 5);
  });
});

it('what stands in for a frozen encoder is learned', async () => {
  const weights = modelWeights((await trainWith('learned')).model);
  const later = modelWeights((await trainWith('learned', { epochs: 4 })).model);
  for (const name of ['weight', 'bias']) expect(numbers(later, name)).toEqual(numbers(weights, name));
  expect(numbers(later, 'missing/pooled')).not.toEqual(numbers(weights, 'missing/pooled'));
});

describe('a row that lacks every input', () => {
  const lacking = [...pointRows(12), { left: null, right: null, value: 0.5 }];
  const either = { encoder: 'points', missing: 'skip' } as const;
  const trainOn = (onError: 'error' | 'skip'): Promise<Trained> =>
    train(
      {
        sensorium: 1,
        inputs: { left: either, right: either },
        fusion: 'balanced',
        heads: { value: 'value' },
        training: { epochs: 1, validation: 0 },
        data: { onError },
      },
      { rows: lacking, plugins: pointPlugins, from: ['.'], cache: memoryStore() },
    );

  it('is an error before training starts, or left out', async () => {
    await expect(trainOn('error')).rejects.toMatchObject({
      code: 'SENSORIUM_MISSING_INPUT',
      message: expect.stringContaining('every input is missing or empty: left, right') as string,
      location: { row: 13 },
    });
    const { metrics } = await trainOn('skip');
    expect(metrics.skipped?.['train']).toMatchObject({ rows: 1, reasons: { SENSORIUM_MISSING_INPUT: { count: 1 } } });
  });

  it('has no answer', async () => {
    const pipeline = await loadPipeline(await trainOn('skip'), { plugins: pointPlugins });
    await expect(pipeline.run({ left: null })).rejects.toMatchObject({ code: 'SENSORIUM_MISSING_INPUT' });
    await pipeline.dispose();
  });
});
