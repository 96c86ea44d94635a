// Not there beside a model of other values.
const pictures = await import('./modality-image.mjs').catch(() => undefined);

/**
 * A picture → `pixels` uint8 [height,width,channels]. All else is in the model: scale, mean, deviation, and the order of the
 * axes. Sound, texts, bytes, series and rows are not prepared here.
 */
export function prepare(picture, { modality = 'image', size: [height, width] = [], resize, fit, channels = 'rgb' }) {
  if (modality !== 'image' || pictures === undefined) {
    throw new Error(`write here what @sensorium/encoder-onnx prepares of ${modality}`);
  }
  const whole =
    resize === undefined ? pictures.fit(picture, width, height, fit) : pictures.fit(picture, resize, resize, 'cover');
  const [top, left] = [(whole.height - height) >> 1, (whole.width - width) >> 1];
  const rgb = new Uint8Array(height * width * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * whole.width + left) * 3;
    rgb.set(whole.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { pixels: coloured[channels](rgb) };
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
