import { fit } from './fit-picture.mjs';

/** A picture → `pixels` uint8 [size,size,3]. All else is in the model: scaling, and the order of the axes. */
export function prepare(picture, { size, fit: mode }) {
  return { pixels: fit(picture, size, size, mode).data };
}
