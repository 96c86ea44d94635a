import * as g from '@sensorium/graph';
import { numbers, relativeError, withSession } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { expect, it } from 'vitest';
import { schedule, sweep } from './index.js';

it.each([
  ['constant', 0, () => 1],
  ['constant', 5, (t: number) => Math.min(1, t / 5)],
  ['linear', 0, (t: number) => 1 - t / 20],
  ['linear', 5, (t: number) => (t < 5 ? t / 5 : 1 - (t - 5) / 15)],
  ['cosine', 5, (t: number) => (t < 5 ? t / 5 : (1 + Math.cos((Math.PI * (t - 5)) / 15)) / 2)],
  [
    'one-cycle',
    8,
    (t: number) =>
      t < 8 ? 0.04 + (0.96 * (1 - Math.cos((Math.PI * t) / 8))) / 2 : (1 + Math.cos((Math.PI * (t - 8)) / 12)) / 2,
  ],
] as const)('the schedule %s with %d steps of warm-up is its formula', async (shape, warmup, formula) => {
  const step = g.input('step', 'float32', []);
  const factor = schedule({ shape, steps: 20, warmup })(step);
  await withSession(g.toOnnx({ outputs: { factor }, inputs: [step] }), async (session) => {
    for (let t = 1; t <= 20; t++) {
      const { factor: found } = await session.run({ step: makeTensor('float32', [], [t]) });
      expect(numbers(found)[0]).toBeCloseTo(formula(t), 6);
    }
  });
});

it('a sweep rises exponentially, from a part of the peak to all of it', async () => {
  const step = g.input('step', 'float32', [5]);
  const factor = sweep({ steps: 5, lowest: 1e-4 })(step);
  await withSession(g.toOnnx({ outputs: { factor }, inputs: [step] }), async (session) => {
    const { factor: found } = await session.run({ step: makeTensor('float32', [5], [1, 2, 3, 4, 5]) });
    expect(relativeError(numbers(found), [1e-4, 1e-3, 1e-2, 1e-1, 1])).toBeLessThan(1e-5);
  });
});

it.each([
  [{ steps: 0, warmup: 0 }, 'steps is 0'],
  [{ steps: NaN, warmup: 0 }, 'steps is NaN'],
  [{ steps: 1.5, warmup: 0 }, 'steps is 1.5'],
  [{ steps: 20, warmup: -1 }, 'warmup is -1'],
  [{ steps: 20, warmup: 0.05 }, 'warmup is 0.05'],
  [{ steps: 20, warmup: 21 }, 'warmup is 21; it is a whole number of steps, from 0 to all of them'],
  [{ steps: 20, warmup: Infinity }, 'warmup is Infinity'],
])('a schedule refuses %o', (numbers, message) => {
  const [key = ''] = message.split(' ');
  expect(() => schedule({ shape: 'linear', ...numbers })).toThrow(message);
  expect(() => schedule({ shape: 'linear', ...numbers })).toThrow(
    expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID', location: { key } }),
  );
});
