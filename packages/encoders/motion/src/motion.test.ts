import type { Motion } from '@sensorium/modality-motion';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { motion } from './index.js';

const wave = (rows: number, channels: string[], time?: number | Float64Array): Motion => ({
  channels,
  values: Float32Array.from({ length: rows * channels.length }, (_, index) => Math.sin(index * 0.7) + index / 50),
  ...(time !== undefined && { time }),
});

conformsAsEncoder(motion, {
  options: [
    {},
    { dim: 6, channels: 3, depth: 1, seconds: 0.8, windows: 2, dropout: 0.3, augment: { shift: 0.4, noise: 0.1 } },
    { dim: 5, channels: 2, depth: 0, rate: 20, longest: 3, names: ['x', 'y'], augment: { scale: 0.2, rotate: 30 } },
    { mean: [0, 0, 0], deviation: [1, 2, 3], channels: 2, dim: 4 },
    { network: 'patches', size: 'tiny', heads: 2, depth: 1, windows: 2, seconds: 0.5 },
    { network: 'rocket', size: 'tiny', features: 336, dropout: 0.2 },
    { network: 'rocket', features: 90, dim: 4, augment: { noise: 0.1 } },
  ],
  values: [
    wave(100, ['x', 'y', 'z'], 50),
    wave(
      30,
      ['x', 'y', 'z'],
      Float64Array.from({ length: 30 }, (_, row) => row * 0.05 + (row % 3) * 0.01),
    ),
    wave(1, ['x', 'y', 'z'], 50),
    wave(77, ['z', 'y', 'x', 'q']),
  ],
});
conformsToReadme(motion, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
