import { createRandom } from '@sensorium/data';
import { expect, it } from 'vitest';
import { modelNoise, programNoise } from './noise.js';

const streams = (count: number) => Array.from({ length: count }, (_, step) => createRandom(1, `step ${step}`));

it('a program is fed random bytes or normal numbers, each step from a stream of its own', () => {
  const uniform = programNoise({ kind: 'uniform', shape: [3, 5] }, [2], streams(2));
  expect([uniform.dtype, uniform.shape]).toEqual(['uint8', [2, 3, 5]]);
  const normal = programNoise({ kind: 'normal', shape: [200] }, [4, 2], streams(4));
  expect([normal.dtype, normal.shape]).toEqual(['float32', [4, 2, 200]]);
  const values = Array.from(normal.data, Number);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  // Of 1,600 numbers: five times the standard errors.
  expect(Math.abs(mean)).toBeLessThan(5 / 40);
  expect(Math.abs(deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * 1600));
  for (const kind of ['uniform', 'normal'] as const) {
    const [whole, late] = [0, 1].map((first) =>
      programNoise({ kind, shape: [7] }, [3 - first], streams(3).slice(first)),
    );
    expect(late!.data).toEqual(whole!.data.subarray(7));
  }
});

it('a model is fed float32, fixed by the seed', () => {
  const noise = (kind: 'uniform' | 'normal', seed: number) => modelNoise({ kind, shape: [4, 25] }, createRandom(seed));
  for (const kind of ['uniform', 'normal'] as const) {
    expect(noise(kind, 1)).toEqual(noise(kind, 1));
    expect(noise(kind, 2)).not.toEqual(noise(kind, 1));
    expect([noise(kind, 1).dtype, noise(kind, 1).shape]).toEqual(['float32', [4, 25]]);
  }
  expect(noise('uniform', 1).data.every((value) => value >= 0 && value < 1)).toBe(true);
});
