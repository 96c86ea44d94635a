import * as g from '@sensorium/graph';
import { numbers, range, spreadTensor, total } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { schedule, sgd, trainingProgram, type TrainingOptions } from './index.js';
import { train } from './testing/train.js';

const constantRate = schedule({ shape: 'constant', steps: 1, warmup: 0 });

describe('what parts ask of a training', () => {
  const steps = 5;
  const x = spreadTensor('float32', [steps, 3], 1);
  const build: TrainingOptions['build'] = (scope, { x: batch }) => {
    const weight = scope.parameter('weight', [1], g.ones);
    scope.at('fusion').loss('balance', g.mul(g.sum(weight), 3));
    scope.at('heads', 'answer').loss('size', g.sum(g.square(weight)));
    return {
      loss: g.mean(g.mul(weight, batch!)),
      weights: { 'heads/answer/size': 0.5 },
      metrics: { progress: scope.progress },
    };
  };
  const own = (options: Partial<TrainingOptions> = {}) =>
    trainingProgram({
      batch: { x: { dtype: 'float32', shape: [3] } },
      build,
      optimizer: sgd({ momentum: 0 }),
      learningRate: 0.1,
      steps,
      schedule: constantRate,
      clip: null,
      ...options,
    });

  it('joins their losses to the loss, with their weights, and reports each by its name', async () => {
    const { reports } = await train(own(), { x }, [2, 3]);
    expect(own().reports).toEqual([
      'loss',
      'gradientNorm',
      'learningRate',
      'fusion/balance',
      'heads/answer/size',
      'progress',
    ]);
    let weight = 1;
    for (const step of range(steps)) {
      const center = total(numbers(x).slice(3 * step, 3 * step + 3)) / 3;
      expect(reports['fusion/balance']![step]).toBeCloseTo(3 * weight, 5);
      expect(reports['heads/answer/size']![step]).toBeCloseTo(weight ** 2, 5);
      expect(reports['loss']![step]).toBeCloseTo(weight * center + 3 * weight + 0.5 * weight ** 2, 5);
      weight -= 0.1 * (center + 3 + weight);
    }
  });

  it('tells how far it is: the share of the steps that are done', async () => {
    const expected = range(steps).map((step) => Math.fround(step / steps));
    for (const chunks of [[5], [1, 4]]) {
      expect((await train(own(), { x }, chunks)).reports['progress']).toEqual(expected);
    }
    const double = makeTensor('float32', [steps, 2, 3], [...numbers(x), ...numbers(x)]);
    const accumulated = own({ accumulate: 2 });
    expect((await train(accumulated, { x: double }, [5])).reports['progress']).toEqual(expected);
  });

  it('does not take a metric of a name that a loss has', () => {
    const twice = () =>
      own({ build: (scope, batch) => ({ ...build(scope, batch), metrics: { 'fusion/balance': scope.progress } }) });
    expect(twice).toThrow(expect.objectContaining({ code: 'SENSORIUM_DUPLICATE_NAME' }));
  });

  it('feeds uniform noise as bytes, and normal noise as it is', async () => {
    const noisy = own({
      build: (scope) => {
        const weight = g.sum(scope.parameter('weight', [1], g.ones));
        const [uniform, normal] = [g.sum(scope.random([2])), g.sum(scope.random([2], 'normal'))];
        return { loss: g.mul(weight, g.add(uniform, normal)), metrics: { uniform, normal } };
      },
      batch: {},
    });
    expect(noisy.noise).toEqual([
      { name: 'noise/0', kind: 'uniform', shape: [2] },
      { name: 'noise/1', kind: 'normal', shape: [2] },
    ]);
    const noise = {
      'noise/0': makeTensor('uint8', [1, 2], [64, 128]),
      'noise/1': makeTensor('float32', [1, 2], [-2, 0.5]),
    };
    const { reports } = await train(noisy, noise, [1]);
    expect([reports['uniform'], reports['normal'], reports['loss']]).toEqual([[0.75], [-1.5], [-0.75]]);
  });
});
