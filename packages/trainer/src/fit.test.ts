import { readdir, readFile, rm } from 'node:fs/promises';
import { readSafeTensors } from '@sensorium/graph';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, train, type Trained } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const trainWith = (out: string, training: Manifest['training']): Promise<Trained> =>
  train(
    { ...squares.manifest, training: { ...squares.manifest.training, ...training } },
    { out: squares.path(out), from },
  );

const accuracies = ({ metrics }: Trained): number[] =>
  metrics.history.map(({ validation }) => validation!['answer']!['accuracy']!);

describe('the weights that are kept', () => {
  it('are those of the best epoch, when training gets worse again', async () => {
    // The learning rate rises all the time, at last so high that nothing learned remains.
    const trained = await trainWith('worse', { epochs: 8, warmup: 1, learningRate: 0.5 });
    const { bestEpoch, history, validation } = trained.metrics;
    expect(bestEpoch).toBeLessThan(8);
    expect(bestEpoch).toBe(accuracies(trained).lastIndexOf(Math.max(...accuracies(trained))) + 1);
    expect(validation!['answer']!.values).toEqual(history[bestEpoch - 1]!.validation!['answer']);
    expect(history.at(-1)!.validation!['answer']).not.toEqual(history[bestEpoch - 1]!.validation!['answer']);
  });

  it('are those of the last epoch without validation', async () => {
    const { metrics } = await trainWith('all', { epochs: 2, validation: 0 });
    expect(metrics).toMatchObject({ bestEpoch: 2, rows: { train: 72, validation: 0 } });
    expect(metrics).not.toHaveProperty('validation');
  });
});

describe('patience', () => {
  it('ends a training that does not get better; of equal epochs the last is kept', async () => {
    const trained = await trainWith('patient', { epochs: 50, patience: 3, learningRate: 1e-9 });
    expect(new Set(accuracies(trained)).size).toBe(1);
    expect(trained.metrics.history).toHaveLength(4);
    expect(trained.metrics.bestEpoch).toBe(4);
  });

  it('needs something to validate on', async () => {
    await expect(trainWith('blind', { patience: 3, validation: 0 })).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      location: { key: 'training.patience' },
    });
  });
});

it('stops where numbers are no longer finite, and the checkpoint is from before', async () => {
  await expect(
    trainWith('broken', { optimizer: 'sgd', learningRate: 1e30, clip: null, schedule: 'constant' }),
  ).rejects.toMatchObject({
    code: 'SENSORIUM_NOT_FINITE',
    message: expect.stringMatching(/at step \d+: the loss is .* first parameter whose gradient is not finite is \w+\//),
    location: { key: expect.stringMatching(/^(inputs|fusion|heads)\//) },
  });
  expect(await readdir(squares.path('broken'))).toEqual([CHECKPOINT_FILE]);
  const { tensors } = readSafeTensors(await readFile(squares.path(`broken/${CHECKPOINT_FILE}`)));
  expect(Object.keys(tensors).length).toBeGreaterThan(20);
  for (const { data } of Object.values(tensors)) expect(Array.from(data, Number).every(Number.isFinite)).toBe(true);
});

it('trains with fewer rows than a batch', async () => {
  const { metrics } = await trainWith('small', { epochs: 2, batchSize: 500 });
  expect(metrics.history).toHaveLength(2);
});
