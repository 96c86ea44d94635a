import type { SymbolicTensor } from '@sensorium/contracts';
import { dtypeError } from '../error.js';
import { defineOperator, single } from '../operator.js';
import { broadcastShapes } from '../shape.js';
import { applyBinary, sameType, type Operand } from './elementwise.js';
import { sumTo } from './reduction.js';

function comparison(type: string): (a: Operand, b: Operand) => SymbolicTensor {
  const operator = defineOperator(type, { dtype: () => 'bool', shape: ([a, b]) => broadcastShapes(a.shape, b.shape) });
  return (a, b) => applyBinary(operator, a, b);
}

/** a = b, broadcast: bool. Errors as in `add`. */
export const equal = comparison('Equal');
/** a > b, broadcast: bool. Errors as in `add`. */
export const greater = comparison('Greater');
/** a ≥ b, broadcast: bool. Errors as in `add`. */
export const greaterOrEqual = comparison('GreaterOrEqual');
/** a < b, broadcast: bool. Errors as in `add`. */
export const less = comparison('Less');
/** a ≤ b, broadcast: bool. Errors as in `add`. */
export const lessOrEqual = comparison('LessOrEqual');

function logical(type: string): (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor {
  const operator = defineOperator(type, { shape: ([a, b]) => broadcastShapes(a.shape, b.shape) });
  return (a, b) => {
    if (a.dtype !== 'bool' || b.dtype !== 'bool') {
      throw dtypeError(`${type} of ${a.dtype} and ${b.dtype}, not of bool`, 'Use a comparison, or cast() to bool.');
    }
    return applyBinary(operator, a, b);
  };
}

/**
 * Both of two bools, broadcast. Throws SENSORIUM_DTYPE for what is not bool, and SENSORIUM_SHAPE where shapes do not
 * broadcast.
 */
export const and = logical('And');
/** One or both of two bools, broadcast. Errors as in `and`. */
export const or = logical('Or');
/** One of two bools, not both, broadcast. Errors as in `and`. */
export const xor = logical('Xor');

const isNaNOperator = defineOperator('IsNaN', { dtype: () => 'bool', shape: ([x]) => x.shape });
/** Which elements are not a number: floats [..] → bool [..] */
export const isNaN = (x: SymbolicTensor): SymbolicTensor => single(isNaNOperator([x], {}));

const notOperator = defineOperator('Not', { shape: ([x]) => x.shape });
/** The opposite of bools: [..] → [..] */
export const not = (x: SymbolicTensor): SymbolicTensor => single(notOperator([x], {}));

const whereOperator = defineOperator('Where', {
  dtype: ([, a]) => a.dtype,
  shape: ([condition, a, b]) => broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)),
  gradient: ({ inputs: [condition, a, b], upstream }) => [
    null,
    sumTo(where(condition, upstream, 0), a.shape),
    sumTo(where(condition, 0, upstream), b.shape),
  ],
});
/**
 * `a` where `condition` (bool) holds, else `b`; all three broadcast, and a or b may be a number. Throws SENSORIUM_DTYPE
 * for another condition; other errors as in `add`.
 */
export function where(condition: SymbolicTensor, a: Operand, b: Operand): SymbolicTensor {
  if (condition.dtype !== 'bool') {
    throw dtypeError(`the condition of where is ${condition.dtype}, not bool`, 'Use a comparison, or cast() to bool.');
  }
  return single(whereOperator([condition, ...sameType('Where', a, b)], {}));
}
