import type { DataType, Dimension } from '@sensorium/contracts';
import { addDimensions, multiplyDimensions } from '@sensorium/graph/transform';
import type { Call } from '../../import/call.js';
import { broadcast, size } from '../../import/fold-arrays.js';
import type { Content } from '../../import/operand.js';
import type { FoldRule } from '../record.js';

export const integersContent = (data: readonly Dimension[]): Content => ({
  dtype: 'int64',
  shape: [data.length],
  data,
});

export type Entry = Dimension | undefined;

export const unaryFold =
  (compute: (a: number) => number, ofSize: (symbol: string) => Entry = () => undefined): FoldRule =>
  (_, x) => {
    const of = (entry: Dimension): Entry =>
      typeof entry === 'number' ? rounded(x.dtype, compute(entry)) : ofSize(entry);
    return whole({ ...x, data: x.data.map(of) });
  };

/** Sizes are whole and not negative. */
export const sameSize = (symbol: string): Entry => symbol;

export const binaryFold =
  (compute: (a: Dimension, b: Dimension, dtype: DataType) => Entry | boolean, dtype?: DataType): FoldRule =>
  (_, first, others) =>
    others.reduce<Content | undefined>((a, b) => {
      if (!a || !b) return undefined;
      const type = dtype ?? a.dtype;
      return whole(
        broadcast(type, [a, b], ([x, y]) =>
          x === undefined || y === undefined ? undefined : rounded(type, compute(x, y, a.dtype)),
        ),
      );
    }, first);

/** As an element of that type would hold it. */
export function rounded(dtype: DataType, entry: Entry | boolean): Entry {
  if (typeof entry === 'boolean') return Number(entry);
  if (typeof entry !== 'number') return entry;
  if (dtype === 'float32') return Math.fround(entry);
  return dtype === 'float64' ? entry : Math.trunc(entry);
}

/** A content in which everything could be told. */
export function whole(content: {
  dtype: DataType;
  shape: readonly number[];
  data: readonly Entry[];
}): Content | undefined {
  return content.data.includes(undefined) ? undefined : (content as Content);
}

export const onNumbers =
  <T>(compute: (a: number, b: number) => T) =>
  (a: Dimension, b: Dimension): T | undefined =>
    typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined;

/** A size is never negative; what else a symbol is, is not known. */
export function isEqual(a: Dimension, b: Dimension): boolean | undefined {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number') return false;
  return [a, b].some((entry) => typeof entry === 'number' && entry < 0) ? false : undefined;
}

export function added(a: Dimension, b: Dimension): Entry {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (b === 0) return a;
  const sign = [a, b].some((entry) => typeof entry === 'number' && entry < 0);
  return sign || (typeof a !== typeof b && a !== 0) ? undefined : dimensionOf(addDimensions, a, b);
}

/** Sums of sizes that count different things are none of our dimensions, and neither are products of very many. */
function dimensionOf(operation: (a: Dimension, b: Dimension) => Dimension, a: Dimension, b: Dimension): Entry {
  try {
    return operation(a, b);
  } catch {
    return undefined;
  }
}

export function multiplied(a: Dimension, b: Dimension): Entry {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const negative = [a, b].some((entry) => typeof entry === 'number' && (entry < 0 || !Number.isInteger(entry)));
  return negative ? undefined : dimensionOf(multiplyDimensions, a, b);
}

export const asBeforeFold: FoldRule = (_, x) => x;

export const shapeFold =
  (shapeOf: (call: Call, x: Content, axes: readonly number[] | undefined) => readonly number[] | undefined): FoldRule =>
  (call, x) => {
    const shape = shapeOf(call, x, call.numbers(1));
    return shape && size(shape) === x.data.length ? { ...x, shape } : undefined;
  };

/** A size stays a symbol as long as it stays a number of which nothing is lost. */
export const symbolAs = (dtype: DataType, symbol: string): Entry =>
  ['int64', 'int32', 'float32', 'float64'].includes(dtype) ? symbol : undefined;
