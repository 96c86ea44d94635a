import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { toOnnx } from '../onnx/write.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { constant, input } from '../value.js';
import { mul } from './arithmetic.js';
import { greater } from './comparison.js';
import { loop, loopIndex, type LoopOptions } from './control.js';

const power = input('power', 'float32', []);
const limit = input('limit', 'float32', []);
const count = input('count', 'int64', []);

/** Powers of 2 up to the first above `limit`, at most `count`. */
const powers = (options: Partial<LoopOptions> = {}) =>
  loop({
    count,
    steps: 'steps',
    index: loopIndex(),
    carried: [{ initial: constant(1), current: power, next: mul(power, 2) }],
    collected: [mul(power, 2)],
    until: greater(mul(power, 2), limit),
    ...options,
  });

describe('a loop that ends by itself', () => {
  const { final, collected } = powers();

  it('has as many steps as ran', async () => {
    expect(collected[0]!.shape).toEqual(['steps']);
    const model = toOnnx({ outputs: { final: final[0]!, collected: collected[0]! } });
    await withSession(model, async (session) => {
      for (const [bound, most, expected] of [
        [20, 100, [2, 4, 8, 16, 32]],
        [1, 100, [2]],
        [1e9, 3, [2, 4, 8]],
        [20, 0, []],
      ] as const) {
        const found = await session.run({
          limit: makeTensor('float32', [], [bound]),
          count: makeTensor('int64', [], [most]),
        });
        expect(found['collected']?.shape).toEqual([expected.length]);
        expect(numbers(found['collected'])).toEqual(expected);
        expect(numbers(found['final'])).toEqual([expected.at(-1) ?? 1]);
      }
    });
  });

  it.each<[string, Partial<LoopOptions>]>([
    ['until is float32 [], and has to be a bool scalar', { until: limit }],
    ['a loop with an end takes an unknown number of steps, not 5', { steps: 5 }],
    [
      'the carried value 0 is float32 [], and after each step float32 [1]',
      { carried: [{ initial: constant(1), current: power, next: constant([2]) }] },
    ],
    [
      'the carried value 0 is float32 [], and before the first step int64 []',
      { carried: [{ initial: constant(1, 'int64'), current: power, next: power }] },
    ],
  ])('says what does not fit: %s', (message, options) => {
    expect(() => powers(options)).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_SHAPE', message: `Loop: ${message}` }),
    );
  });
});
