import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { newerThan17 } from '../../read/newer.js';
import type { Call } from '../call.js';
import { whereAccepted, type Lowerings } from './lowering.js';

const modes = ['nearest', 'linear', 'cubic'] as const;
const coordinates = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;
const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

/** Images [B,C,…spatial] of which the spatial axes alone are resized. */
function resize(call: Call): SymbolicTensor | undefined {
  const target = targetOf(call);
  const mode = choice(call, 'mode', modes);
  const coordinate = choice(call, 'coordinate_transformation_mode', coordinates);
  const rounding = choice(call, 'nearest_mode', roundings);
  // Antialiasing, kept proportions and some axes only came after 17.
  if (!target || !mode || !coordinate || !rounding || newerThan17(call.node)) return undefined;
  return g.resize(call.x(0), target, {
    mode,
    coordinates: coordinate,
    nearest: rounding,
    cubicCoefficient: call.float('cubic_coeff_a', -0.75),
    excludeOutside: call.flag('exclude_outside'),
  });
}

/** Undefined for a choice that ours do not have. */
function choice<T extends string>(call: Call, name: string, all: readonly [T, ...T[]]): T | undefined {
  const chosen = call.text(name, all[0]);
  return all.find((one) => one === chosen);
}

/** Undefined where it is not known, or an axis that is not spatial is resized too. */
function targetOf(call: Call): g.ResizeTarget | undefined {
  const shape = call.fileShape(0);
  const [scales, sizes] = [call.numbers(2), call.numbers(3)];
  if (shape.length < 3) return undefined;
  if (sizes?.length === shape.length) {
    return sizes[0] === shape[0] && sizes[1] === shape[1] ? { sizes: sizes.slice(2) } : undefined;
  }
  return scales?.length === shape.length && scales[0] === 1 && scales[1] === 1
    ? { scales: scales.slice(2) }
    : undefined;
}

// Volumes cannot be interpolated with cubes.
export const resizing: Lowerings = { Resize: whereAccepted(resize) };
