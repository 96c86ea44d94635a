import type { Series } from '@sensorium/media';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { series } from './index.js';

const wave = (rows: number, channels: string[], time?: Float64Array): Series => ({
  channels,
  values: Float32Array.from({ length: rows * channels.length }, (_, index) =>
    index % 7 === 3 ? NaN : Math.sin(index * 0.7) + index / 50,
  ),
  ...(time !== undefined && { time }),
});

conformsAsEncoder(series, {
  options: [
    {},
    { size: 'tiny', impute: 'linear', dropout: 0.3, augment: { gaps: 0.3, crop: 0.5, noise: 0.1 } },
    { dim: 6, heads: 2, depth: 1, patch: 3, longest: 10, impute: 'mean', names: ['x', 'y'] },
    { dim: 4, heads: 1, depth: 0, spacing: 3, mean: [0, 0, 0], deviation: [1, 2, 3] },
  ],
  values: [
    wave(40, ['x', 'y', 'z']),
    wave(
      30,
      ['x', 'y', 'z'],
      Float64Array.from({ length: 30 }, (_, row) => row * 0.5 + (row % 3) * 0.1),
    ),
    wave(1, ['x', 'y', 'z']),
    wave(77, ['z', 'y', 'x', 'q']),
  ],
});
conformsToReadme(series, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
