import type { Overlaying } from '@sensorium/contracts';
import { curveOverlay, numbersIn, type Series } from '@sensorium/media';

/** The rows that the graph is fed, and what each of their values contributes. */
export const overlay = (names: readonly string[]): Overlaying<Series> => ({
  of: ['values'],
  show({ fed, weights }) {
    const [values, own] = [numbersIn(fed, 'values'), numbersIn(weights, 'values')];
    const valid = numbersIn(fed, 'valid');
    const [rows, first] = [valid.length, valid.indexOf(1)];
    const lines = names.map((name, place) => {
      const [from, to] = [place * rows + first, (place + 1) * rows];
      return [name, { values: values.subarray(from, to), weights: own.subarray(from, to) }] as const;
    });
    return curveOverlay({
      x: 'rows before the last',
      y: 'value',
      lines: Object.fromEntries(lines),
      first: first - rows + 1,
      step: 1,
      alt: 'series, as the model reads it',
    });
  },
});
