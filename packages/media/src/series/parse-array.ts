import { parseNpy } from '../npy.js';
import { badSeries } from './bad-series.js';
import type { Series } from './series.js';

/** `\x93NUMPY` */
export const beginsAsNpy = (bytes: Uint8Array): boolean =>
  [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, at) => bytes[at] === byte);

/** A NumPy array: [T,C], or [T] of one channel. Channels are called by their numbers, from 0. Throws SENSORIUM_BAD_MEDIA. */
export function parseArray(bytes: Uint8Array, name: string): Series {
  const { shape, data } = parseNpy(bytes, name);
  const [rows, channels = 1] = shape;
  if (rows === undefined || shape.length > 2) {
    throw badSeries(name, `is an array [${shape.join(',')}]; expected [rows,channels], or [rows] of one channel`);
  }
  const values = data instanceof Float32Array ? data : Float32Array.from(data as Float64Array, Number);
  return { channels: Array.from({ length: channels }, (_, channel) => String(channel)), values };
}
