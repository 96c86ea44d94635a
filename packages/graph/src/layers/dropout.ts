import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { mul } from '../operators/arithmetic.js';
import { greaterOrEqual, where } from '../operators/comparison.js';

/**
 * In training, sets a share `rate` of the elements to 0 and scales the others by 1 / (1 − rate) (Srivastava et al. 2014);
 * at inference does nothing. The rate acts in steps of 1/256.
 */
export function dropout(scope: Scope, x: SymbolicTensor, rate: number): SymbolicTensor {
  if (scope.mode === 'inference' || rate === 0) return x;
  const steps = Math.round(rate * 256) / 256;
  const keep = greaterOrEqual(scope.random(x.shape), steps);
  return where(keep, mul(x, 1 / (1 - steps)), 0);
}
