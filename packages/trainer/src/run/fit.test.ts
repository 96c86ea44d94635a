import { readdir, readFile, rm } from 'node:fs/promises';
import { readSafeTensors } from '@sensorium/tensors';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, train, type Metrics, type Progress, type Trained } from '../index.js';
import { largestDifference, validatedIn, valuesOf } from '../testing/metrics.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

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
  metrics.history.map(({ validation }) => validation!.metrics['answer']!['accuracy']!);

describe('the weights that are kept', () => {
  it('are those of the best epoch, when training gets worse again', async () => {
    // The learning rate rises all the time, at last so high that nothing learned remains.
    const trained = await trainWith('worse', { epochs: 8, warmup: 1, learningRate: 0.5 });
    const { bestEpoch, history, validation } = trained.metrics;
    expect(bestEpoch).toBeLessThan(8);
    expect(bestEpoch).toBe(accuracies(trained).lastIndexOf(Math.max(...accuracies(trained))) + 1);
    const seen = validatedIn(trained.metrics, bestEpoch, 'answer');
    expect(largestDifference(valuesOf(validation!['answer']!), seen)).toBeLessThan(1e-5);
    expect(largestDifference(validatedIn(trained.metrics, history.length, 'answer'), seen)).toBeGreaterThan(0.01);
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

describe('steps of more samples than there are', () => {
  /** The notes of a training of 58 rows, and the steps of its epochs. */
  async function noted(training: Manifest['training']): Promise<{ notes: string[]; steps: number }> {
    const notes: string[] = [];
    let steps = 0;
    const onProgress = ({ phase, total }: Progress): void => {
      if (phase === 'train') steps = total;
    };
    const options = {
      out: squares.path('small'),
      overwrite: true,
      from,
      onProgress,
      onNote: (note: string) => notes.push(note),
    };
    const manifest = { ...squares.manifest, training: { ...squares.manifest.training, epochs: 2, ...training } };
    const { metrics } = await train(manifest, options);
    expect(metrics).toMatchObject({ history: [{ epoch: 1 }, { epoch: 2 }], rows: { train: 58 } });
    return { notes, steps };
  }

  it('are made of as many as there are, and that is told', async () => {
    expect(await noted({ batchSize: 500 })).toEqual({
      notes: ['training.batchSize is 500, and there are 58 samples to train on: a batch has 58'],
      steps: 2,
    });
    expect(await noted({ batchSize: 20, accumulate: 4 })).toEqual({
      notes: ['training.accumulate is 4, and there are 58 samples to train on: a step has 2 × 20'],
      steps: 2,
    });
    const both = await noted({ batchSize: 64, accumulate: 100 });
    expect(both.notes).toHaveLength(2);
    expect(both.notes[1]).toContain('a step has 1 × 58');
  });

  it('are not told where all is as it was asked for', async () => {
    expect(await noted({ batchSize: 29, accumulate: 2 })).toEqual({ notes: [], steps: 2 });
  });

  it('give the weights of the batch that there is', async () => {
    const model = async (out: string, training: Manifest['training']): Promise<Metrics['history']> =>
      (await trainWith(out, { epochs: 2, ...training })).metrics.history;
    const lossesOf = (history: Metrics['history']): number[] => history.map(({ loss }) => loss);
    const [large, exact] = [await model('a', { batchSize: 40, accumulate: 3 }), await model('b', { batchSize: 40 })];
    expect(lossesOf(large)).toEqual(lossesOf(exact));
  });
});
