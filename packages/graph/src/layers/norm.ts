import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { ones, zeros } from '../initialize.js';
import { add, div, mul, square, sqrt } from '../operators/arithmetic.js';
import { standardize } from '../operators/normalization.js';
import { mean } from '../operators/reduction.js';
import { knownSize } from '../shape.js';

/** Layer normalisation over the last axis with learned scale and shift (Ba et al. 2016): [..,D] → [..,D]. */
export function layerNorm(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const dim = knownSize(x.shape, -1);
  const scaled = mul(standardize(x), scope.parameter('scale', [dim], ones));
  return add(scaled, scope.parameter('shift', [dim], zeros));
}

/** Root-mean-square normalisation over the last axis with a learned scale (Zhang & Sennrich 2019). */
export function rmsNorm(scope: Scope, x: SymbolicTensor, epsilon = 1e-6): SymbolicTensor {
  const size = sqrt(add(mean(square(x), [-1], { keep: true }), epsilon));
  return mul(div(x, size), scope.parameter('scale', [knownSize(x.shape, -1)], ones));
}
