import { fit } from './fit-picture.mjs';

/** A picture → `pixels` uint8 [size,size,3]. All else is in the model: scaling, and the order of the axes. */
export function prepare(picture, { size, fit: mode, augment: { resizedCrop } }) {
  // Training cuts pictures, and keeps them larger than it sees them.
  const side = Math.round(size * Math.min(1.5, 1 / Math.sqrt(resizedCrop)));
  return { pixels: fit(fit(picture, side, side, mode), size, size, 'squeeze').data };
}
