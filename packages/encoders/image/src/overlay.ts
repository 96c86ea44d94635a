import type { Overlaying } from '@sensorium/contracts';
import { numbersIn, weightedPicture } from '@sensorium/media';
import type { Raster } from '@sensorium/modality-image';

/** The square of pixels that the graph is fed, and what each of them contributes. */
export const overlay = (size: number): Overlaying<Raster> => ({
  of: ['pixels'],
  async show({ fed, weights }) {
    const data = Uint8Array.from(numbersIn(fed, 'pixels'));
    const picture = await weightedPicture(
      { width: size, height: size, channels: 3, data },
      numbersIn(weights, 'pixels'),
    );
    return { kind: 'picture', ...picture, alt: `picture, as the model sees it in ${size}×${size} pixels` };
  },
});
