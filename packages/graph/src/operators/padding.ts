import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { at, knownSize, normalizeAxis, shapeError } from '../shape.js';
import { formatShape } from '@sensorium/tensors';
import { constant } from '../value.js';
import { add } from './arithmetic.js';
import { gather } from './indexing.js';
import { sum } from './reduction.js';
import { concat } from './shaping.js';
import { slice } from './slicing.js';

export interface PadOptions {
  /**
   * What is put around: a constant, the image mirrored at its outermost elements (which are not repeated), or its
   * outermost elements again and again. Default 'constant'
   */
  mode?: PadMode;
  /** For 'constant'. Default 0 */
  value?: number;
}

export type PadMode = 'constant' | 'reflect' | 'edge';

interface PadAttributes {
  readonly mode: PadMode;
  readonly $before: readonly number[];
  readonly $after: readonly number[];
}

const padOperator = defineOperator<PadAttributes>('Pad', {
  attributes: { mode: 'string' },
  shape: ([x], { $before, $after }) =>
    x.shape.map((dimension, axis) => {
      const more = at($before, axis) + at($after, axis);
      return more ? knownSize(x.shape, axis) + more : dimension;
    }),
  gradient: ({ inputs: [x], upstream, attributes: { mode, $before, $after } }) => {
    const inner = x.shape.reduce<SymbolicTensor>((gradient, _, axis) => {
      const [before, after] = [at($before, axis), at($after, axis)];
      return before || after ? unpad[mode](gradient, axis, before, after) : gradient;
    }, upstream);
    return [inner, null, null];
  },
});

/** What the padding along one axis does to gradients. */
type Unpad = (upstream: SymbolicTensor, axis: number, before: number, after: number) => SymbolicTensor;

const middle: Unpad = (upstream, axis, before, after) =>
  slice(upstream, axis, before, knownSize(upstream.shape, axis) - after);

const unpad: Readonly<Record<PadMode, Unpad>> = {
  constant: middle,
  edge(upstream, axis, before, after) {
    const size = knownSize(upstream.shape, axis) - before - after;
    const total = (from: number, to: number): SymbolicTensor =>
      sum(slice(upstream, axis, from, to), [axis], { keep: true });
    if (size === 1) return total(0, before + 1 + after);
    const first = total(0, before + 1);
    const last = total(before + size - 1, before + size + after);
    if (size === 2) return concat([first, last], axis);
    return concat([first, slice(upstream, axis, before + 1, before + size - 1), last], axis);
  },
  reflect(upstream, axis, before, after) {
    const size = knownSize(upstream.shape, axis) - before - after;
    const inner = middle(upstream, axis, before, after);
    const front = before ? [mirrored(upstream, axis, 0, before, 1, size)] : [];
    const back = after ? [mirrored(upstream, axis, before + size, after, size - 1 - after, size)] : [];
    return [...front, ...back].reduce(add, inner);
  },
};

/** `count` slices of x from `start` on, in reverse, from position `to` on among `size` zeros. */
function mirrored(
  x: SymbolicTensor,
  axis: number,
  start: number,
  count: number,
  to: number,
  size: number,
): SymbolicTensor {
  const backwards = Array.from({ length: count }, (_, index) => start + count - 1 - index);
  return pad(gather(x, constant(backwards, 'int64'), axis), axis, to, size - to - count);
}

/** Zeros before and after, along one axis; negative sizes cut off. Errors as in `padAxes`. */
export function pad(x: SymbolicTensor, axis: number, before: number, after: number): SymbolicTensor {
  const which = normalizeAxis(axis, x.shape.length);
  const along = (size: number): number[] => x.shape.map((_, i) => (i === which ? size : 0));
  return padAxes(x, [...along(before), ...along(after)]);
}

/**
 * Puts something around a tensor: `padding` is [before of every axis…, after of every axis…]; negative sizes cut off. A
 * padded axis has a known size. Throws SENSORIUM_SHAPE where there are not two whole numbers for every axis, or a
 * mirror would show more than there is.
 */
export function padAxes(
  x: SymbolicTensor,
  padding: readonly number[],
  { mode = 'constant', value = 0 }: PadOptions = {},
): SymbolicTensor {
  const rank = x.shape.length;
  if (padding.length !== 2 * rank || !padding.every(Number.isInteger)) {
    throw shapeError(
      `a padding of ${formatShape(padding)} for ${formatShape(x.shape)}; it is a list of ${2 * rank} whole numbers`,
    );
  }
  const kept = cut(x, padding);
  const positive = padding.map((size) => Math.max(0, size));
  const [$before, $after] = [positive.slice(0, rank), positive.slice(rank)];
  if (positive.every((size) => size === 0)) return kept;
  if (mode === 'reflect') checkMirror(kept, positive);
  const filling = mode === 'constant' && value !== 0 ? [constant(value, x.dtype)] : [];
  return single(padOperator([kept, constant(positive, 'int64'), ...filling], { mode, $before, $after }));
}

/** Without what negative sizes cut off. */
function cut(x: SymbolicTensor, padding: readonly number[]): SymbolicTensor {
  const rank = x.shape.length;
  return x.shape.reduce<SymbolicTensor>((rest, _, axis) => {
    const [before, after] = [Math.min(0, at(padding, axis)), Math.min(0, at(padding, rank + axis))];
    return before || after ? slice(rest, axis, -before, knownSize(x.shape, axis) + after) : rest;
  }, x);
}

function checkMirror(x: SymbolicTensor, padding: readonly number[]): void {
  for (const [index, size] of padding.entries()) {
    const axis = index % x.shape.length;
    if (size === 0 || size < knownSize(x.shape, axis)) continue;
    throw shapeError(
      `axis ${axis} of ${formatShape(x.shape)} has too few elements to mirror ${size}`,
      "Pad less, or use the mode 'edge'.",
    );
  }
}
