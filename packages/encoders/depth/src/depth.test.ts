import type { DepthMap } from '@sensorium/modality-depth';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { depth } from './index.js';

const slope = (width: number, height: number, holes: number): DepthMap => ({
  width,
  height,
  data: Uint16Array.from({ length: width * height }, (_, index) =>
    index % holes === 0 ? 0 : 900 + 37 * (index % width) + 5 * Math.floor(index / width),
  ),
});

conformsAsEncoder(depth, {
  options: [
    { pixels: 16, channels: 4, dim: 8 },
    { size: 'tiny', pixels: 20, as: 'metres', fit: 'squeeze', far: 2, near: 0.5, depth: 2 },
    { size: 'tiny', pixels: 50, dim: 6, as: 'disparity', fx: 525, baseline: 0.075, mean: 20, deviation: 9 },
    { pixels: 9, dim: 5, channels: 3, encoding: 'tum', augment: { crop: 0.2, flip: true, holes: 0.9 } },
  ],
  values: [
    slope(16, 16, 7),
    slope(40, 24, 3),
    slope(12, 30, 1000),
    { width: 3, height: 3, data: Uint16Array.of(0, 0, 0, 0, 5000, 0, 0, 0, 0) },
    { width: 4, height: 4, data: new Uint16Array(16) },
  ],
});
conformsToReadme(depth, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
