import { fit } from './modality-image.mjs';

/** A picture → `pixels` uint8 [height,width,3]. All else is in the model: scale, mean, deviation, and the order of the axes. */
export function prepare(picture, { size: [height, width], fit: mode }) {
  return { pixels: fit(picture, width, height, mode).data };
}
