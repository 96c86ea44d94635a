import type { Overlaying } from '@sensorium/contracts';
import { curveOverlay, numbersIn, type Waveform } from '@sensorium/modality-audio';

/** The samples that the graph is fed, window after window, and what each of them contributes. */
export const overlay = (rate: number): Overlaying<Waveform> => ({
  of: ['samples'],
  show: ({ fed, weights }) =>
    curveOverlay({
      x: 'time (s)',
      y: 'amplitude',
      lines: { sound: { values: numbersIn(fed, 'samples'), weights: numbersIn(weights, 'samples') } },
      first: 0,
      step: 1 / rate,
      alt: 'sound, as the model hears it',
    }),
});
