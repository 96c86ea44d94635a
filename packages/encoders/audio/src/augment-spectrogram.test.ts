import { createScope, input } from '@sensorium/graph';
import { runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { maskBands, maskFrames } from './augment-spectrogram.js';

const BANDS = 10;
const FRAMES = 20;
const x = input('x', 'float32', [2, BANDS, FRAMES]);
const fed = {
  x: {
    dtype: 'float32',
    shape: [2, BANDS, FRAMES],
    data: new Float32Array(2 * BANDS * FRAMES).fill(1),
  },
} as const;
const noise = (...values: number[]) =>
  ({ dtype: 'float32', shape: [2, 1, 1], data: Float32Array.from(values) }) as const;

describe.each([
  ['bands', maskBands, BANDS, FRAMES],
  ['frames', maskFrames, FRAMES, 1],
] as const)('masked %s', (_, mask, size, step) => {
  it('are one run of each spectrogram, as wide and where its noise says, at most a share of all', async () => {
    const scope = createScope({ mode: 'training' });
    const output = mask(scope, x, 0.4);
    const [width, start] = scope.noises.map(({ name }) => name) as [string, string];
    // Widths of 0.4·size·noise, and starts at noise of what is left.
    const result = await runGraph({ output }, { ...fed, [width]: noise(0.5, 1), [start]: noise(0, 0.5) });
    const values = Array.from(result['output']!.data, Number);
    const lineOf = (sample: number): number[] =>
      Array.from({ length: size }, (_, place) => values[sample * BANDS * FRAMES + place * step]!);
    const expected = (width: number, first: number): number[] =>
      Array.from({ length: size }, (_, place) => Number(!(place >= first && place < first + width)));
    expect(lineOf(0)).toEqual(expected(0.2 * size, 0));
    expect(lineOf(1)).toEqual(expected(0.4 * size, 0.3 * size));
  });

  it('are none at inference, and where none are asked for', () => {
    expect(mask(createScope(), x, 0.4)).toBe(x);
    expect(mask(createScope({ mode: 'training' }), x, 0)).toBe(x);
  });
});
