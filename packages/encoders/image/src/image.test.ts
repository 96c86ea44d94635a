import type { Raster } from '@sensorium/contracts';
import { conformsAsEncoder } from '@sensorium/testkit';
import { image } from './index.js';

const picture = (width: number, height: number, channels: Raster['channels'], seed = 1): Raster => ({
  kind: 'image',
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, index) => (index * 37 * seed + index ** 2) % 256),
});

conformsAsEncoder(image, {
  options: [
    { size: 16, channels: 4, dim: 8 },
    { fit: 'cover', dim: 6, channels: 3, depth: 2, augment: { crop: 0.2, flip: 'both', quarterTurns: true, colour: 0.5, erase: 0.9 } },
  ],
  media: [picture(16, 16, 3), picture(30, 10, 4), picture(7, 20, 1, 5), { ...picture(8, 8, 2), data: new Uint16Array(128).fill(40000) }],
});
