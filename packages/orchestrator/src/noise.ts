import { createRandom } from '@sensorium/data';
import type { Tensors } from '@sensorium/contracts';
import type { ModelNoise } from './model/export.js';
import { mapRecord } from './model/parts.js';

/** Noise for one sample: the same for the same seed, on every backend, whatever runs beside it. */
export function sampleNoise(noise: ModelNoise, seed: number): Tensors {
  return mapRecord(noise, ({ kind, shape }, name) => {
    const random = createRandom(seed, `noise/${name}`);
    const length = shape.reduce((a, b) => a * b, 1);
    const draw = (): number => (kind === 'normal' ? random.normal() : random.uniform());
    return { dtype: 'float32', shape: [1, ...shape], data: Float32Array.from({ length }, draw) };
  });
}
