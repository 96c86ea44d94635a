import { SensoriumError, type Dimension, type Shape } from '@sensorium/contracts';

/** A dimension as a product: a whole number times symbols, `6*batch`. */
interface Monomial {
  readonly factor: number;
  readonly symbols: readonly string[];
}

function parse(dimension: Dimension): Monomial {
  if (typeof dimension === 'number') return { factor: dimension, symbols: [] };
  const parts = dimension.split('*');
  const factor = Number(parts[0]);
  return Number.isNaN(factor) ? { factor: 1, symbols: parts } : { factor, symbols: parts.slice(1) };
}

function format({ factor, symbols }: Monomial): Dimension {
  if (factor === 0 || symbols.length === 0) return factor;
  const product = [...symbols].sort().join('*');
  return factor === 1 ? product : `${factor}*${product}`;
}

export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  const [left, right] = [parse(a), parse(b)];
  return format({ factor: left.factor * right.factor, symbols: [...left.symbols, ...right.symbols] });
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

/** How many elements a shape has: 12, `6*batch`. */
export function sizeOf(shape: Shape): Dimension {
  return shape.reduce(multiplyDimensions, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

export function shapeError(message: string, hint?: string): SensoriumError {
  return new SensoriumError({ code: 'SENSORIUM_SHAPE', message, hint });
}

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
    throw shapeError(`shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
  });
}
