import { readFile, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { modelWeights } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Progress, type Trained, type TrainOptions } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const trainWith = (
  out: string,
  training: Manifest['training'],
  options: Partial<TrainOptions> = {},
): Promise<Trained> => {
  const manifest = { ...squares.manifest, training: { ...squares.manifest.training, ...training } };
  return train(manifest, { out: squares.path(out), from, ...options });
};

describe('training.minutes', () => {
  it('changes nothing where there is time enough', async () => {
    const [free, limited] = [await trainWith('free', {}), await trainWith('limited', { minutes: 60 })];
    expect(modelWeights(limited.model)).toEqual(modelWeights(free.model));
    expect(limited.metrics.steps).toEqual(free.metrics.steps);
    expect(limited.metrics).not.toHaveProperty('limit');
  });

  it('ends a training that would take longer, with its learning rate at the end of its schedule', async () => {
    const epochs = 100_000;
    const { metrics, manifest } = await trainWith('ended', { epochs, minutes: 0.05, learningRate: 2e-3 });
    const { limit, steps, history, stepsPerEpoch } = metrics;
    const last = steps.at(-1)!;
    expect(limit).toEqual({ minutes: 0.05, steps: last.step, of: epochs * stepsPerEpoch });
    expect(last.step).toBeLessThan(limit!.of / 10);
    expect(Math.max(...steps.map(({ learningRate }) => learningRate))).toBeGreaterThan(1e-3);
    expect(last.learningRate).toBeLessThan(2e-3 / 50);
    expect(history.at(-1)).toMatchObject({ epoch: history.length, validation: { metrics: {} } });
    const whole = history.length * stepsPerEpoch;
    const share = (last.step - (whole - stepsPerEpoch)) / stepsPerEpoch;
    expect(history.at(-1)!.share ?? 1).toBeCloseTo(share, 10);
    expect(manifest.training.minutes).toBe(0.05);
  });

  it('goes on after a stop, with the time that is left, and to the same model where that is enough', async () => {
    const unbroken = await trainWith('unbroken', { minutes: 60 });
    const controller = new AbortController();
    const onProgress = ({ phase, done }: Progress): void => {
      if (phase === 'train' && done >= 35) controller.abort(new Error('stopped'));
    };
    const stopped = trainWith('stopped', { minutes: 60 }, { onProgress, signal: controller.signal });
    await expect(stopped).rejects.toThrow('stopped');
    await trainWith('stopped', { minutes: 60 }, { resume: true });
    const model = await readFile(squares.path('stopped/model.onnx'));
    expect(model.equals(unbroken.model)).toBe(true);
  });
});

describe('the course', () => {
  it('has every step, with its losses and its learning rate', async () => {
    const { metrics } = await trainWith('course', { schedule: 'linear', warmup: 0 });
    const { steps, history, stepsPerEpoch } = metrics;
    const all = history.length * stepsPerEpoch;
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: all }, (_, index) => index + 1));
    for (const { step, learningRate } of steps) expect(learningRate).toBeCloseTo(4e-3 * (1 - step / all), 6);
    for (const [index, epoch] of history.entries()) {
      const own = steps.slice(index * stepsPerEpoch, (index + 1) * stepsPerEpoch);
      const mean = own.reduce((sum, { loss }) => sum + loss, 0) / own.length;
      expect(mean).toBeCloseTo(epoch.loss, 5);
      expect(own[0]!.losses).toEqual({ answer: own[0]!.loss });
    }
  });
});
