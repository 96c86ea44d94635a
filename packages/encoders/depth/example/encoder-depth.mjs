import { fitSamples } from './sensor-samples.mjs';

/** A depth map → `metres` float32 [pixels,pixels], 0 in holes. All else is in the model: 1 / metres, mean and deviation. */
export function prepare({ width, height, data }, { encoding, near, far, pixels, fit }) {
  const usual = data instanceof Uint16Array ? 'millimetres' : 'metres';
  const sensor =
    typeof encoding === 'object' ? { metres: (value) => value * encoding.scale } : sensors[encoding ?? usual];
  const most = far ?? (encoding === undefined ? Infinity : (sensor.far ?? Infinity));
  const distances = Float32Array.from(data, (value) => {
    const metres = value === 0 ? 0 : sensor.metres(value);
    return metres > 0 && metres < Infinity ? Math.min(most, Math.max(near, Math.fround(metres))) : 0;
  });
  const square = fitSamples({ width, height, data: distances }, pixels, fit, (metres) => metres > 0);
  return { metres: square.map((metres) => (Number.isNaN(metres) ? 0 : metres)) };
}

const swapped = (value) => ((value & 0xff) << 8) | (value >> 8);

/** A sensor's number → metres; up to where its published reader goes. */
const sensors = {
  millimetres: { metres: (value) => value / 1000 },
  metres: { metres: (value) => value },
  tum: { metres: (value) => value / 5000 },
  sun: { metres: (value) => ((value >> 3) | ((value << 13) & 0xffff)) / 1000, far: 8 },
  nyu: { metres: (value) => 351.3 / (1092.5 - swapped(value)), far: 10 },
  redwood: { metres: (value) => value / 1000 },
  realsense: { metres: (value) => value / 1000 },
};
