import { fit as fitPicture, middle } from './fit-picture.mjs';

/**
 * A picture → `pixels` uint8 [height,width,channels]. All else is in the model: scale, mean, deviation, and the order of the
 * axes.
 */
export function prepare(picture, { size: [height, width], resize, fit, channels = 'rgb' }) {
  const whole =
    resize === undefined ? fitPicture(picture, width, height, fit) : fitPicture(picture, resize, resize, 'cover');
  return { pixels: coloured[channels](middle(whole, height, width).data) };
}

const coloured = {
  rgb: (rgb) => rgb,
  bgr: (rgb) => rgb.map((_, at) => rgb[at + 2 - 2 * (at % 3)]),
  grey: (rgb) =>
    Uint8Array.from({ length: rgb.length / 3 }, (_, pixel) => {
      const [red, green, blue] = rgb.subarray(3 * pixel, 3 * pixel + 3);
      return Math.round((299 * red + 587 * green + 114 * blue) / 1000);
    }),
};
