import type { ThermalImage } from '@sensorium/modality-thermal';
import type { ThermalOptions } from './options.js';

/** Degrees at every pixel, [height,width]: scale · value + offset. */
export const degreesOf = ({ data }: ThermalImage, { scale, offset }: ThermalOptions): Float32Array =>
  Float32Array.from(data, (value) => scale * value + offset);
