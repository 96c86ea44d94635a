import { readFile, rm } from 'node:fs/promises';
import { defineFusion, type Features, type Manifest, type Tensor } from '@sensorium/contracts';
import { attention } from '@sensorium/fusion-attention';
import { batchNorm, concat, linear, unsqueeze } from '@sensorium/graph';
import { modelWeights } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, train, type Progress, type Trained, type TrainOptions } from './index.js';
import { largestDifference, validatedIn, valuesOf } from './testing/metrics.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

/** All inputs side by side, through batch normalisation and a linear layer. */
const normed = defineFusion({
  specVersion: 'v1',
  name: 'normed',
  options: attention.options,
  create: () => ({
    build(scope, parts): Features {
      const [first, ...others] = Object.values(parts).map(({ pooled }) => pooled);
      const joined = others.reduce((a, b) => concat([a, b], 1), first!);
      const pooled = linear(scope.at('project'), batchNorm(scope.at('norm'), joined), 12);
      const { present } = Object.values(parts)[0]!;
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const image = { encoder: 'image', dim: 16, channels: 8 } as const;

function trainWith(out: string, change: Partial<Manifest>, options: Partial<TrainOptions> = {}): Promise<Trained> {
  const { inputs, ...manifest } = squares.manifest;
  const whole: Manifest = { ...manifest, inputs: { ...inputs, image }, fusion: 'normed', ...change };
  return train(whole, { out: squares.path(out), from, plugins: [normed], ...options });
}
const fileOf = (out: string): Promise<Buffer> => readFile(squares.path(`${out}/model.onnx`));
const statisticsOf = async (out: string): Promise<Tensor[]> => {
  const weights = modelWeights(await fileOf(out));
  return ['mean', 'variance'].map((name) => weights[`fusion/norm/${name}`]!);
};

describe('batch normalisation in a model', () => {
  it('learns, and keeps its running statistics in the model, which scores as in training', async () => {
    const { metrics, folder } = await trainWith('plain', {});
    const { history, bestEpoch, validation, test } = metrics;
    expect(history.at(-1)!.loss).toBeLessThan(0.7 * history[0]!.loss);
    const seen = validatedIn(metrics, bestEpoch, 'answer');
    expect(largestDifference(valuesOf(validation!['answer']!), seen)).toBeLessThan(1e-5);
    const { scores } = await evaluate(folder, { data: squares.path('test.csv'), from, plugins: [normed] });
    expect(scores).toEqual(test);
    const [mean, variance] = await statisticsOf('plain');
    expect([mean!.shape, variance!.shape]).toEqual([[32], [32]]);
    expect(mean!.data.some((value) => Math.abs(Number(value)) > 0.01)).toBe(true);
    expect(variance!.data.every((value) => Number(value) > 0 && Number(value) !== 1)).toBe(true);
  });

  it('goes on to the same bytes after a stop', async () => {
    const controller = new AbortController();
    const onProgress = ({ phase, done }: Progress): void => {
      if (phase === 'train' && done > 30) controller.abort(new Error('stopped'));
    };
    const stopped = trainWith('stopped', {}, { onProgress, signal: controller.signal });
    await expect(stopped).rejects.toThrow('stopped');
    await trainWith('stopped', {}, { resume: true });
    await trainWith('whole', {});
    expect((await fileOf('stopped')).equals(await fileOf('whole'))).toBe(true);
  });

  it('has the same statistics after kept features as after the frozen encoder itself', async () => {
    const computed = new Set<string>();
    const onProgress = ({ phase, subject = '' }: Progress): void => {
      if (phase === 'features') computed.add(subject);
    };
    const training = { ...squares.manifest.training, epochs: 2 };
    const behind = { image: { ...image, trainable: 'frozen' } } as const;
    await trainWith('features', { inputs: behind, training }, { onProgress });
    expect([...computed]).toEqual(['image']);
    // Augmentation that changes next to nothing: features are not kept.
    const varied = { image: { ...image, trainable: 'frozen', augment: { crop: 1e-9 } } } as const;
    await trainWith('encoder', { inputs: varied, training }, { onProgress });
    const [kept, direct] = [await statisticsOf('features'), await statisticsOf('encoder')];
    for (const [index, { data }] of kept.entries()) {
      for (const [at, value] of data.entries()) expect(Number(value)).toBeCloseTo(Number(direct[index]!.data[at]), 2);
    }
  });

  it('stays as it is where it is frozen, and starts from weights that are given', async () => {
    await trainWith('first', {});
    const fusion = { use: 'normed', trainable: { parameters: { 'norm/**': 'frozen' } } } as const;
    const data = { ...squares.manifest.data, weights: squares.path('first/model.onnx') };
    await trainWith('second', { fusion, data });
    expect(await statisticsOf('second')).toEqual(await statisticsOf('first'));
    await trainWith('third', { data });
    expect(await statisticsOf('third')).not.toEqual(await statisticsOf('first'));
  });
});
