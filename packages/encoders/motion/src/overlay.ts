import { required, type Overlaying } from '@sensorium/contracts';
import { curveOverlay, numbersIn } from '@sensorium/media';
import type { Motion } from '@sensorium/modality-motion';

/** The rows that the graph is fed, window after window, and what each of their values contributes. */
export const overlay = ({
  names,
  rate,
}: {
  readonly names: readonly string[];
  readonly rate: number;
}): Overlaying<Motion> => ({
  of: ['values'],
  show({ fed, weights }) {
    const [values, own] = [numbersIn(fed, 'values'), numbersIn(weights, 'values')];
    const rows = required(fed['values']?.shape.at(-1), 'the rows of a window');
    const channel = (all: Float32Array, place: number): number[] =>
      Array.from({ length: all.length / names.length }, (_, at) => {
        const [window, row] = [Math.floor(at / rows), at % rows];
        return all[(window * names.length + place) * rows + row] as number;
      });
    const lines = names.map(
      (name, place) => [name, { values: channel(values, place), weights: channel(own, place) }] as const,
    );
    return curveOverlay({
      x: 'time (s)',
      y: 'value',
      lines: Object.fromEntries(lines),
      first: 0,
      step: 1 / rate,
      alt: 'motion, as the model reads it',
    });
  },
});
