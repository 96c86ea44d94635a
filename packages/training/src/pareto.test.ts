import type { Tensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { evaluate, numbers, range, relativeError, spreadTensor } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { paretoGradients } from './pareto.js';
import { dot, paretoReference } from './testing/vectors.js';

const vector = (...values: number[]): Tensor => makeTensor('float32', [values.length], values);

describe('the Pareto gradient', () => {
  /** Of vectors of five elements, which lie in two tensors. */
  async function computed(together: readonly number[], alone: readonly number[]): Promise<number[]> {
    const pair = (name: string, size: number) => ({
      together: g.input(`together/${name}`, 'float32', [size]),
      alone: g.input(`alone/${name}`, 'float32', [size]),
    });
    const [first, second] = paretoGradients([pair('first', 2), pair('second', 3)]);
    const fed = {
      'together/first': vector(...together.slice(0, 2)),
      'together/second': vector(...together.slice(2)),
      'alone/first': vector(...alone.slice(0, 2)),
      'alone/second': vector(...alone.slice(2)),
    };
    const found = await evaluate({ first: first!, second: second! }, fed);
    return [...numbers(found['first']), ...numbers(found['second'])];
  }

  it('is the sum of gradients that agree, and of those at a right angle', async () => {
    expect(await computed([1, 2, 0, 0, 1], [3, 1, 0, 2, -1])).toEqual([4, 3, 0, 2, 0]);
    expect(await computed([1, 0, 0, 0, 0], [0, 2, 0, 0, 0])).toEqual([1, 2, 0, 0, 0]);
  });

  it('has the weights of the shortest vector where they contradict each other, and the length of the sum', async () => {
    // The line from (−1, 1) to (1, 0) is nearest to the origin at 0.6 of the way.
    const found = await computed([1, 0, 0, 0, 0], [-1, 1, 0, 0, 0]);
    expect(relativeError(found, [1 / Math.sqrt(5), 2 / Math.sqrt(5), 0, 0, 0])).toBeLessThan(1e-6);
  });

  it('is that of the formula for any two vectors, and falls for both losses', async () => {
    for (const seed of range(12)) {
      const [together, alone] = [1, 2].map((which) => numbers(spreadTensor('float32', [5], 7 * seed + which)));
      const found = await computed(together!, alone!);
      expect(relativeError(found, paretoReference(together!, alone!))).toBeLessThan(1e-5);
      if (dot(together!, alone!) < 0) {
        for (const gradient of [together!, alone!]) expect(dot(found, gradient)).toBeGreaterThan(0);
      }
    }
  });

  it('is finite where there is no gradient, and nothing where both are opposite', async () => {
    expect(await computed([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0]);
    expect(await computed([1, 2, 3, 4, 5], [-2, -4, -6, -8, -10]).then((found) => found.map(Math.abs))).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(await computed([0, 0, 0, 0, 0], [1, 2, 0, 0, 0])).toEqual([1, 2, 0, 0, 0]);
  });
});
