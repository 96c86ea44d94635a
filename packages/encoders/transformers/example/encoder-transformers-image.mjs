import { fit, middle } from './fit-picture.mjs';

/** A picture → `pixels` uint8 [height,width,3], resized and cut as preprocessor_config.json says. Mean and deviation are in the model. */
export function prepare(picture, { processor: { size, do_center_crop: isCut, crop_size: cut } }) {
  const [resized, mode] =
    size.shortest_edge === undefined ? [sidesOf(size), 'squeeze'] : [sidesOf(size.shortest_edge), 'cover'];
  const part = isCut && cut !== undefined ? sidesOf(cut) : resized;
  return { pixels: middle(fit(picture, resized[1], resized[0], mode), ...part).data };
}

const sidesOf = (size) => (typeof size === 'number' ? [size, size] : [size.height, size.width]);
