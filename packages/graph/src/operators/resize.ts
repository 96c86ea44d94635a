import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape } from '@sensorium/tensors';
import { at, knownSize, shapeError } from '../shape.js';
import { constant } from '../value.js';
import {
  interpolationMatrix,
  type CoordinateMode,
  type Interpolation,
  type NearestMode,
  type ResizedAxis,
} from './interpolation.js';
import { matmul } from './linear-algebra.js';
import { flatten, reshapeLike, shapeVector, squeeze, transpose, unsqueeze } from './shaping.js';
import { spatialAxes, spatialRank } from './windows.js';

/** The result's size for every spatial axis, or how many times larger it is: ⌊size · scale⌋. */
export type ResizeTarget = { readonly sizes: readonly number[] } | { readonly scales: readonly number[] };

export interface ResizeOptions {
  /** 'cubic' takes one or two spatial axes. Default 'nearest' */
  mode?: 'nearest' | 'linear' | 'cubic';
  /** Where in the original an element of the result lies. Default 'half_pixel': centres of pixels are at ½. */
  coordinates?: CoordinateMode;
  /** Which element 'nearest' takes. Default 'round_prefer_floor' */
  nearest?: NearestMode;
  /** Default −0.75; −0.5 is Catmull-Rom */
  cubicCoefficient?: number;
  /** Whether 'cubic' leaves out elements outside the image, where else it repeats the outermost. Default false */
  excludeOutside?: boolean;
}

interface ResizeAttributes extends Interpolation {
  readonly $sizes: readonly number[];
  readonly $scales: readonly number[];
}

const resizeOperator = defineOperator<ResizeAttributes>('Resize', {
  attributes: {
    mode: 'string',
    coordinate_transformation_mode: 'string',
    nearest_mode: 'string',
    cubic_coeff_a: 'float',
    exclude_outside: 'int',
  },
  shape: ([x], { $sizes }) => [...x.shape.slice(0, 2), ...$sizes],
  gradient: ({ inputs: [x], upstream, attributes }) => {
    const gradient = attributes.$sizes.reduce<SymbolicTensor>((all, to, index) => {
      const [axis, scale] = [2 + index, at(attributes.$scales, index)];
      return scale === 1 ? all : backAlong(all, axis, { from: knownSize(x.shape, axis), to, scale }, attributes);
    }, upstream);
    return [gradient, null, null, null];
  },
});

/** Resizing is one matrix product for each axis, and so is its adjoint. */
function backAlong(y: SymbolicTensor, axis: number, resized: ResizedAxis, how: Interpolation): SymbolicTensor {
  const { from, to } = resized;
  const matrix = constant(interpolationMatrix(resized, how), y.dtype, [to, from]);
  if (axis === y.shape.length - 1) return matmul(y, matrix);
  const planes = flatten(flatten(y, axis + 1), 0, axis);
  return reshapeLike(matmul(transpose(matrix), planes), y.shape.with(axis, from));
}

/**
 * Images x [B,C,…spatial] in another size, interpolated → [B,C,…sizes]; the sizes are given, or scales. Throws
 * SENSORIUM_SHAPE where there is not one positive number for each spatial axis, where nothing would be left, and for
 * 'cubic' of three spatial axes.
 */
export function resize(x: SymbolicTensor, target: ResizeTarget, options: ResizeOptions = {}): SymbolicTensor {
  const { sizes, scales } = resolve(x, target);
  const same = scales.every((scale) => scale === 1);
  if (same) return x;
  const { mode = 'nearest', coordinates = 'half_pixel', nearest = 'round_prefer_floor' } = options;
  if (mode === 'cubic' && sizes.length === 1) {
    // The runtime has it for two axes alone.
    const plane = resize(
      unsqueeze(x, 2),
      'sizes' in target ? { sizes: [1, ...sizes] } : { scales: [1, ...scales] },
      options,
    );
    return squeeze(plane, 2);
  }
  if (mode === 'cubic' && sizes.length > 2) {
    throw shapeError(
      `cubic interpolation of ${formatShape(x.shape)}; it takes one or two spatial axes`,
      "Use the mode 'linear'.",
    );
  }
  const attributes = {
    mode,
    coordinate_transformation_mode: coordinates,
    nearest_mode: nearest,
    cubic_coeff_a: options.cubicCoefficient ?? -0.75,
    exclude_outside: Number(mode === 'cubic' && (options.excludeOutside ?? false)),
    $sizes: sizes,
    $scales: scales,
  };
  const inputs =
    'sizes' in target
      ? [null, null, shapeVector([...x.shape.slice(0, 2), ...sizes], x)]
      : [null, constant([1, 1, ...scales], 'float32')];
  return single(resizeOperator([x, ...inputs], attributes));
}

/** Sizes and scales of every spatial axis, as the runtime computes one from the other in single precision. */
function resolve(x: SymbolicTensor, target: ResizeTarget): { sizes: readonly number[]; scales: readonly number[] } {
  const axes = spatialAxes(x);
  const given = 'sizes' in target ? target.sizes : target.scales;
  const valid = 'sizes' in target ? given.every(Number.isInteger) : given.every(Number.isFinite);
  if (given.length !== spatialRank(x, 'resizing') || !valid || given.some((number) => number <= 0)) {
    throw shapeError(
      `resizing ${formatShape(x.shape)} to ${formatShape(given)}; there is one positive number for each spatial axis`,
    );
  }
  if ('sizes' in target) {
    return { sizes: given, scales: given.map((to, index) => Math.fround(to / knownSize(x.shape, 2 + index))) };
  }
  const scales = given.map(Math.fround);
  const sizes = axes.map((axis, index) => Math.floor(Math.fround(knownSize(x.shape, axis) * at(scales, index))));
  if (sizes.includes(0)) throw shapeError(`nothing is left of ${formatShape(x.shape)} at scales ${formatShape(given)}`);
  return { sizes, scales };
}
