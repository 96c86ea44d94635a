import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { ones, zeros } from '../initialize.js';
import { groupNormalization, instanceNormalization } from '../operators/channel-normalization.js';
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

const scaleAndShift = (scope: Scope, dim: number): { scale: SymbolicTensor; shift: SymbolicTensor } => ({
  scale: scope.parameter('scale', [dim], ones),
  shift: scope.parameter('shift', [dim], zeros),
});
