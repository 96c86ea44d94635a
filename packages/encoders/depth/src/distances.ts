import { SensoriumError } from '@sensorium/contracts';
import type { DepthMap } from '@sensorium/modality-depth';
import { encodingOf, toMetres } from './encodings.js';
import type { DepthOptions } from './options.js';

const KINECT = 0.075;

/** A map in metres, between near and far; 0 where there is a hole. */
export function distancesOf(map: DepthMap, options: DepthOptions): Float32Array {
  const [near, far] = [options.near, farOf(options)];
  return toMetres(map, options.encoding).map((metres) => (metres > 0 ? Math.min(far, Math.max(near, metres)) : 0));
}

export const farOf = ({ far, encoding }: DepthOptions): number =>
  far ?? (encoding === undefined ? Infinity : (encodingOf(encoding).far ?? Infinity));

/**
 * What 1 / metres is multiplied by: 1, or baseline · fx of disparity. Undefined where the network sees metres. Throws
 * SENSORIUM_MANIFEST_INVALID for disparity without a focal length.
 */
export function inverseScale({ as, fx, baseline, encoding }: DepthOptions): number | undefined {
  if (as === 'metres') return undefined;
  if (as === 'inverse') return 1;
  const known = encoding === undefined ? undefined : encodingOf(encoding).baseline;
  if (fx !== undefined) return fx * (baseline ?? known ?? KINECT);
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'disparity is baseline · fx / metres, and "fx" is not given',
    hint: 'Give the focal length of the sensor in pixels, or choose "as: inverse", which differs by a factor.',
  });
}
