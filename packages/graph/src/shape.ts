import { type Dimension, required, type Shape } from '@sensorium/contracts';
import { formatShape } from '@sensorium/tensors';
import { shapeError } from './error.js';

export { shapeError } from './error.js';

/** A dimension as a product: a whole number times symbols, `6*batch`. */
interface Monomial {
  readonly factor: number;
  readonly symbols: readonly string[];
}

function parse(dimension: Dimension): Monomial {
  if (typeof dimension === 'number') return { factor: dimension, symbols: [] };
  const parts = dimension.split('*');
  const isNumber = (part: string): boolean => /^\d+$/.test(part);
  return {
    factor: parts.filter(isNumber).reduce((product, part) => product * Number(part), 1),
    symbols: parts.filter((part) => !isNumber(part)).sort(),
  };
}

function format({ factor, symbols }: Monomial): Dimension {
  if (factor === 0 || symbols.length === 0) return factor;
  const product = symbols.toSorted().join('*');
  return factor === 1 ? product : `${factor}*${product}`;
}

/** Symbols of a product: more than tensors have axes. A product of a size with itself, again and again, is soon longer than any text. */
const MOST_SYMBOLS = 64;

/** a · b. Throws SENSORIUM_SHAPE for a product of over 64 symbols. */
export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  const [left, right] = [parse(a), parse(b)];
  const symbols = [...left.symbols, ...right.symbols];
  if (symbols.length > MOST_SYMBOLS) throw shapeError(`a size that is the product of ${symbols.length} others`);
  return format({ factor: left.factor * right.factor, symbols });
}

/** a / b, or undefined where it does not divide. */
export function divideDimensions(a: Dimension, b: Dimension): Dimension | undefined {
  const [left, right] = [parse(a), parse(b)];
  const symbols = [...left.symbols];
  for (const symbol of right.symbols) {
    const index = symbols.indexOf(symbol);
    if (index < 0) return undefined;
    symbols.splice(index, 1);
  }
  const factor = left.factor / right.factor;
  return Number.isInteger(factor) ? format({ factor, symbols }) : undefined;
}

/** a + b: 5, `3*batch`. */
export function addDimensions(a: Dimension, b: Dimension): Dimension {
  const [left, right] = [parse(a), parse(b)];
  if (left.factor === 0) return b;
  if (right.factor !== 0 && left.symbols.join('*') !== right.symbols.join('*')) {
    throw shapeError(`the dimensions ${a} and ${b} cannot be added`);
  }
  return format({ factor: left.factor + right.factor, symbols: left.symbols });
}

/** How many elements a shape has: 12, `6*batch`. */
export function sizeOf(shape: Shape): Dimension {
  return shape.reduce(multiplyDimensions, 1);
}

/** The whole number in a dimension: 64 of `64*batch`, 1 of `batch`. */
export const factorOf = (dimension: Dimension): number => parse(dimension).factor;

/** -1 → last axis. */
export function normalizeAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw shapeError(`axis ${axis} does not exist in a tensor of ${rank} dimensions`);
  }
  return positive;
}

/** The size of one axis, which must be known. */
export function knownSize(shape: Shape, axis: number): number {
  const size = shape[normalizeAxis(axis, shape.length)];
  if (typeof size !== 'number') throw shapeError(`axis ${axis} of ${formatShape(shape)} must have a known size`);
  return size;
}

/** The entry for one axis, of a list that has one for each. */
export const at = <T extends Dimension>(list: readonly T[], axis: number): T =>
  required(list[axis], `entry ${axis} of ${formatShape(list)}`);

/** A shape without symbols, or an error that says who needs it. */
export function knownShape(shape: Shape, purpose: string): number[] {
  return shape.map((dimension) => {
    if (typeof dimension === 'number') return dimension;
    throw shapeError(`${purpose} needs a shape without symbols, not ${formatShape(shape)}`);
  });
}

/** NumPy broadcasting of two shapes; a symbol fits itself and 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw shapeError(
      `shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`,
      'Counted from the last, two sizes of one axis must be equal, or one of them 1.',
    );
  });
}
