import { SensoriumError, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { cast, mul } from '../operators/arithmetic.js';
import { greaterOrEqual } from '../operators/comparison.js';

/**
 * In training, sets a share `rate` of the elements to 0 and scales the others by 1 / (1 − rate) (Srivastava et al. 2014);
 * at inference does nothing. The rate acts in steps of 1/256.
 */
export function dropout(scope: Scope, x: SymbolicTensor, rate: number): SymbolicTensor {
  if (!(rate >= 0 && rate < 1)) throw invalidRate(rate);
  const steps = Math.min(Math.round(rate * 256), 255) / 256;
  if (scope.mode === 'inference' || steps === 0) return x;
  const keep = cast(greaterOrEqual(scope.random(x.shape), steps), x.dtype);
  return mul(x, mul(keep, 1 / (1 - steps)));
}

const invalidRate = (rate: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `a dropout rate of ${rate}`,
    hint: 'Give a share from 0 to less than 1.',
  });
