import type { Overlaying } from '@sensorium/contracts';
import { falseColours, numbersIn, weightedPicture } from '@sensorium/media';
import type { DepthMap } from '@sensorium/modality-depth';

/** The square of distances that the graph is fed, near ones light, and what each of them contributes. */
export const overlay = (side: number): Overlaying<DepthMap> => ({
  of: ['metres'],
  async show({ fed, weights }) {
    const map = { width: side, height: side, data: numbersIn(fed, 'metres') };
    const raster = falseColours(map, { map: 'viridis', reversed: true, isValue: (metres) => metres > 0 });
    const picture = await weightedPicture(raster, numbersIn(weights, 'metres'));
    return { kind: 'picture', ...picture, alt: `depth map, as the model sees it in ${side}×${side} pixels` };
  },
});
