import type { Metric } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { bestOf, isStale, type Best } from './best.js';

/** The best after epochs with these values. */
function after(values: readonly number[], better: Metric['better']): Best | undefined {
  let best: Best | undefined;
  values.forEach((value, index) => (best = bestOf(best, index + 1, { value, better })));
  return best;
}

it('the best epoch is that of the best value, by its own direction', () => {
  expect(after([0.5, 0.9, 0.7], 'higher')).toEqual({ epoch: 2, since: 2, score: 0.9 });
  expect(after([0.5, 0.9, 0.3, 0.7], 'lower')).toEqual({ epoch: 3, since: 3, score: 0.3 });
});

it('of equal epochs it is the last, and patience counts from the first', () => {
  const best = after([0.1, 0.9, 0.9, 0.9], 'higher');
  expect(best).toEqual({ epoch: 4, since: 2, score: 0.9 });
  expect([isStale(best, 4, 2), isStale(best, 4, 3), isStale(best, 4, null)]).toEqual([true, false, false]);
});

it('a value that is no number is worse than any', () => {
  expect(after([NaN, 3, NaN], 'lower')).toEqual({ epoch: 2, since: 2, score: 3 });
  expect(after([NaN, NaN], 'lower')).toEqual({ epoch: 2, since: 1, score: null });
});

it('without validation it is always the last epoch', () => {
  const first = bestOf(undefined, 1, undefined);
  expect(bestOf(first, 2, undefined)).toMatchObject({ epoch: 2 });
});
