import { isDeepStrictEqual } from 'node:util';
import { required, type Tensor, type Tensors } from '@sensorium/contracts';
import { formatShape } from '@sensorium/tensors';

export interface Tolerance {
  /** Share of the expected value. Default 1e-4 */
  readonly relative?: number;
  /** Default 1e-5 */
  readonly absolute?: number;
}

/** The same numbers; 0 and −0 are one. */
export const EXACT: Tolerance = { relative: 0, absolute: 0 };

/** A tensor, or bare numbers. */
export type Numbers = Tensor | ArrayLike<number> | ArrayLike<bigint>;

const valuesOf = (numbers: Numbers): number[] => Array.from('data' in numbers ? numbers.data : numbers, Number);

/** Where |actual − expected| ≤ absolute + relative · |expected| does not hold, in words; undefined if it holds everywhere. */
export function difference(
  actual: Numbers,
  expected: Numbers,
  { relative = 1e-4, absolute = 1e-5 }: Tolerance = {},
): string | undefined {
  if ('data' in actual && 'data' in expected && !isDeepStrictEqual([...actual.shape], [...expected.shape])) {
    return `the shape is ${formatShape(actual.shape)}, not ${formatShape(expected.shape)}`;
  }
  const [given, wanted] = [valuesOf(actual), valuesOf(expected)];
  if (given.length !== wanted.length) return `there are ${given.length} values, not ${wanted.length}`;
  const isFar = (value: number, index: number): boolean => {
    const target = required(wanted[index], 'a wanted value');
    return (
      !Object.is(value, target) &&
      !(Math.abs(value - target) <= absolute + relative * Math.abs(target) && Number.isFinite(target))
    );
  };
  const far = given.filter(isFar).length;
  if (far === 0) return undefined;
  const first = given.findIndex(isFar);
  return `${far} of ${given.length} values differ, the first at ${first}: ${given[first]}, not ${wanted[first]}`;
}

/** Differences of several tensors, each with its name before it. */
export function differences(actual: Tensors, expected: Tensors, tolerance?: Tolerance): string[] {
  return Object.entries(expected).flatMap(([name, tensor]) => {
    const own = actual[name];
    const found = own ? difference(own, tensor, tolerance) : 'is missing';
    return found ? [`${name}: ${found}`] : [];
  });
}

/**
 * Asserts |actual − expected| ≤ absolute + relative · |expected| for every element, and for two tensors that their shapes
 * agree. NaN is close to NaN only, an infinity to itself only.
 */
export function expectAllClose(actual: Numbers, expected: Numbers, tolerance?: Tolerance): void {
  const found = difference(actual, expected, tolerance);
  if (found) throw new Error(`not close: ${found}`);
}
