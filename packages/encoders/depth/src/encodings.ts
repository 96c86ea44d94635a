import { SensoriumError } from '@sensorium/contracts';
import type { DepthMap } from '@sensorium/modality-depth';
import { z } from 'zod';

interface Encoding {
  /** A sensor's number → metres; 0 or less, or ∞, where it means that nothing was measured. */
  readonly metres: (value: number) => number;
  /** Whether numbers are put together from bits, so that they have 16 of them. */
  readonly bits?: boolean;
  /** Up to where the published readers go, in metres. */
  readonly far?: number;
  /** Distance of the sensor's two eyes, in metres. Default: that of the Kinect, 0.075 */
  readonly baseline?: number;
}

const swapped = (value: number): number => ((value & 0xff) << 8) | (value >> 8);

const encodings = {
  millimetres: { metres: (value) => value / 1000 },
  metres: { metres: (value) => value },
  /** https://cvg.cit.tum.de/data/datasets/rgbd-dataset/file_formats */
  tum: { metres: (value) => value / 5000 },
  /** `read3dPoints` of the SUN RGB-D toolbox: millimetres, turned by three bits. */
  sun: { metres: (value) => ((value >> 3) | ((value << 13) & 0xffff)) / 1000, bits: true, far: 8 },
  /** `depth_rel2depth_abs` of the NYU Depth V2 toolbox; files have the smaller byte first, where PGM says the larger one. */
  nyu: { metres: (value) => 351.3 / (1092.5 - swapped(value)), bits: true, far: 10 },
  /** http://redwood-data.org/indoor/fileformat.html */
  redwood: { metres: (value) => value / 1000 },
  /** The depth unit of the D400 series as it comes: https://dev.realsenseai.com */
  realsense: { metres: (value) => value / 1000, baseline: 0.095 },
} as const satisfies Record<string, Encoding>;

const names = Object.keys(encodings) as (keyof typeof encodings)[];

export const encodingSchema = z.union([
  z.enum(names),
  z.strictObject({ scale: z.number().positive().describe('metres of one unit') }),
]);

/** The name of a sensor's or data set's encoding, or how many metres a unit is. */
export type DepthEncoding = z.output<typeof encodingSchema>;

/** Whole numbers are millimetres, and floats metres, where nothing else is said (ROS REP 118). */
const usual = ({ data }: DepthMap): DepthEncoding => (data instanceof Uint16Array ? 'millimetres' : 'metres');

export function encodingOf(name: DepthEncoding): Encoding {
  return typeof name === 'string' ? encodings[name] : { metres: (value) => value * name.scale };
}

/**
 * How far away each pixel of a depth map is, [height,width] in metres; 0 where nothing was measured. Throws
 * SENSORIUM_BAD_MEDIA for floats in an encoding of bits.
 *
 * @param encoding by default millimetres of whole numbers, and metres of floats
 */
export function toMetres(map: DepthMap, encoding: DepthEncoding = usual(map)): Float32Array {
  const { metres, bits } = encodingOf(encoding);
  if (bits && map.data instanceof Float32Array) throw floats(encoding);
  return Float32Array.from(map.data, (value) => {
    const distance = value === 0 ? 0 : metres(value);
    return distance > 0 && distance < Infinity ? distance : 0;
  });
}

const floats = (encoding: DepthEncoding): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `a depth map of floats; the encoding ${JSON.stringify(encoding)} is of whole numbers with 16 bits`,
    hint: 'Give the files of the sensor, or the encoding metres.',
  });
