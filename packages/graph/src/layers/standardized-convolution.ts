import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { normal } from '../initialize.js';
import { mul } from '../operators/arithmetic.js';
import { standardize } from '../operators/normalization.js';
import { flatten, reshape } from '../operators/shaping.js';
import { knownSize } from '../shape.js';
import { convolution } from './convolution.js';

/** Deviation of a weight before it is standardized. Its size is not seen, but the smaller, the faster weights turn. */
const INITIAL_WEIGHT = 0.02;

export interface StandardizedOptions {
  /** Default 1 */
  stride?: number;
  /** Default true */
  bias?: boolean;
}

/**
 * A 3×3 convolution with standardized weights (Qiao et al. 2019): those of every output channel have mean 0 and variance
 * 2 / fan-in. What comes out of a ReLU is never negative, so that otherwise each channel would carry the mean of its
 * input, and little of what differs from place to place. It keeps the scale of every stage as normalised activations
 * would, at no cost per picture: [B,C,H,W] → [B,channels,H/stride,W/stride].
 */
export function standardizedConvolution(
  scope: Scope,
  x: SymbolicTensor,
  channels: number,
  { stride = 1, bias = true }: StandardizedOptions = {},
): SymbolicTensor {
  return convolution(standardizedWeights(scope), x, channels, { stride, bias, initialize: normal(INITIAL_WEIGHT) });
}

/** Standardizes what has more than one axis, so not the bias. */
function standardizedWeights(scope: Scope): Scope {
  return {
    ...scope,
    parameter(name, shape, initialize, given) {
      const parameter = scope.parameter(name, shape, initialize, given);
      if (shape.length === 1) return parameter;
      const rows = flatten(parameter, 1);
      return reshape(mul(standardize(rows), Math.sqrt(2 / knownSize(rows.shape, 1))), shape);
    },
  };
}
