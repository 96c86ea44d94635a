import type { Overlaying } from '@sensorium/contracts';
import { falseColours, numbersIn, weightedPicture } from '@sensorium/media';
import type { ThermalImage } from '@sensorium/modality-thermal';

/** The square of degrees that the graph is fed, and what each of them contributes. */
export const overlay = (side: number): Overlaying<ThermalImage> => ({
  of: ['degrees'],
  async show({ fed, weights }) {
    const raster = falseColours({ width: side, height: side, data: numbersIn(fed, 'degrees') }, { map: 'inferno' });
    const picture = await weightedPicture(raster, numbersIn(weights, 'degrees'));
    return { kind: 'picture', ...picture, alt: `thermal image, as the model sees it in ${side}×${side} pixels` };
  },
});
