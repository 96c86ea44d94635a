import type { Initializer, Scope, SymbolicTensor } from '@sensorium/contracts';
import { ones, zeros } from '../initialize.js';
import { square, sub } from '../operators/arithmetic.js';
import { batchNormalization, groupNormalization, instanceNormalization } from '../operators/channel-normalization.js';
import { mean } from '../operators/reduction.js';
import { reshape } from '../operators/shaping.js';
import { layerNormalization, rmsNormalization } from '../operators/normalization.js';
import { knownSize } from '../shape.js';

/** Layer normalisation over the last axis with learned scale and shift (Ba et al. 2016): [..,D] → [..,D]. */
export function layerNorm(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const { scale, shift } = scaleAndShift(scope, knownSize(x.shape, -1));
  return layerNormalization(x, scale, shift);
}

/** Root-mean-square normalisation over the last axis with a learned scale (Zhang & Sennrich 2019). */
export function rmsNorm(scope: Scope, x: SymbolicTensor, epsilon = 1e-6): SymbolicTensor {
  return rmsNormalization(x, scope.parameter('scale', [knownSize(x.shape, -1)], ones), { epsilon });
}

/** Group normalisation with learned scale and shift for each channel (Wu & He 2018): [B,C,…] → [B,C,…]. */
export function groupNorm(scope: Scope, x: SymbolicTensor, groups: number): SymbolicTensor {
  const { scale, shift } = scaleAndShift(scope, knownSize(x.shape, 1));
  return groupNormalization(x, groups, scale, shift);
}

/** Instance normalisation with learned scale and shift for each channel (Ulyanov et al. 2016): [B,C,…spatial] → the same. */
export function instanceNorm(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const { scale, shift } = scaleAndShift(scope, knownSize(x.shape, 1));
  return instanceNormalization(x, scale, shift);
}

export interface BatchNormOptions {
  /** Share of the running statistics that a step keeps, 0…1. Default 0.9 */
  momentum?: number;
  /** Added to the variance. Default 1e-5 */
  epsilon?: number;
}

/**
 * Batch normalisation with learned scale and shift for each channel (Ioffe & Szegedy 2015): [B,C,…spatial] → the same. In
 * training it standardizes by the batch's own mean and variance, and two parameters `mean` and `variance` [C] follow these;
 * at inference, and where the layer is frozen, it standardizes by the parameters. The variance is that of the batch, divided
 * by its size. In training the size of the batch must be known.
 */
export function batchNorm(
  scope: Scope,
  x: SymbolicTensor,
  { momentum = 0.9, epsilon = 1e-5 }: BatchNormOptions = {},
): SymbolicTensor {
  const channels = knownSize(x.shape, 1);
  const { scale, shift } = scaleAndShift(scope, channels);
  const statistic = (name: string, initialize: Initializer, of: () => SymbolicTensor): SymbolicTensor => {
    const follows = scope.mode === 'training' ? { of: of(), momentum } : undefined;
    return scope.parameter(name, [channels], initialize, { follows });
  };
  const others = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const center = statistic('mean', zeros, () => mean(x, others));
  const variance = statistic('variance', ones, () =>
    mean(square(sub(x, reshape(center, [channels, ...x.shape.slice(2).map(() => 1)]))), others),
  );
  return batchNormalization(x, scale, shift, center, variance, epsilon);
}

const scaleAndShift = (scope: Scope, dim: number): { scale: SymbolicTensor; shift: SymbolicTensor } => ({
  scale: scope.parameter('scale', [dim], ones),
  shift: scope.parameter('shift', [dim], zeros),
});
