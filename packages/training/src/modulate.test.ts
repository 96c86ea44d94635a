import * as g from '@sensorium/graph';
import { evaluate, numbers, range, relativeError, total } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { coefficientsOf } from './modulate.js';

describe('the coefficient of modulation', () => {
  const coefficients = async (...losses: number[]): Promise<number[]> => {
    const alone = Object.fromEntries(
      range(losses.length).map((index) => [`m${index}`, g.input(`m${index}`, 'float32', [])]),
    );
    const fed = Object.fromEntries(losses.map((loss, index) => [`m${index}`, makeTensor('float32', [], [loss])]));
    const found = await evaluate(
      Object.fromEntries(Object.entries(coefficientsOf(alone)).map(([name, value]) => [`k/${name}`, value])),
      fed,
    );
    return Object.values(found).flatMap((value) => numbers(value));
  };

  it('is 1 − tanh(0.1 ρ) of the modality that is ahead, ρ the ratio of the scores, and 1 of the other', async () => {
    const ratio = Math.exp(-0.4) / Math.exp(-1.3);
    expect(relativeError(await coefficients(0.4, 1.3), [1 - Math.tanh(0.1 * ratio), 1])).toBeLessThan(1e-6);
    expect(await coefficients(0.7, 0.7)).toEqual([1, 1]);
  });

  it('compares each of three with the mean of the others', async () => {
    const scores = [0.2, 0.9, 1.5].map((loss) => Math.exp(-loss));
    const expected = scores.map((score) => {
      const ratio = score / ((total(scores) - score) / 2);
      return ratio > 1 ? 1 - Math.tanh(0.1 * ratio) : 1;
    });
    expect(relativeError(await coefficients(0.2, 0.9, 1.5), expected)).toBeLessThan(1e-6);
  });

  it('is finite however far apart losses are', async () => {
    expect(await coefficients(0, 500)).toEqual([0, 1]);
    expect(await coefficients(1e4, 1e4)).toEqual([1, 1]);
  });
});
