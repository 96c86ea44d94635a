import { required, type DataType, type Dimension } from '@sensorium/contracts';
import { broadcastShapes, knownShape, normalizeAxis } from '@sensorium/graph/transform';
import type { Call } from './call.js';
import { LARGEST, type Content } from './operand.js';

type Entry = Dimension | undefined;

/** A content of which some entries may not be known. */
export interface Computed {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: readonly Entry[];
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Computes every element from its index; none of what is too large to be a shape. */
export function build(dtype: DataType, shape: readonly number[], at: (index: readonly number[]) => Entry): Computed {
  if (size(shape) > LARGEST) return { dtype, shape, data: [undefined] };
  const indexOf = (position: number): number[] => {
    let rest = position;
    return shape
      .toReversed()
      .map((length) => {
        const own = rest % length;
        rest = (rest - own) / length;
        return own;
      })
      .toReversed();
  };
  return { dtype, shape, data: Array.from({ length: size(shape) }, (_, position) => at(indexOf(position))) };
}

/** The element at an index, which may have more axes (leading ones) or run over axes of size 1. */
export function picked({ shape, data }: Content, index: readonly number[]): Entry {
  const own = index.slice(index.length - shape.length);
  return data[
    shape.reduce((sum, length, axis) => sum * length + (length === 1 ? 0 : required(own[axis], 'a position')), 0)
  ];
}

/** What a slice takes of an axis of `size`, as ONNX cuts its ends; `step` is not 0. */
export function positions(size: number, start: number, stop: number, step: number): number[] {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const cut = (end: number): number => Math.min(high, Math.max(low, end < 0 ? end + size : end));
  const from = cut(start);
  return Array.from({ length: Math.max(0, Math.ceil((cut(stop) - from) / step)) }, (_, at) => from + at * step);
}

/** Element by element, with NumPy's broadcasting. */
export function broadcast(
  dtype: DataType,
  parts: readonly Content[],
  compute: (entries: readonly Entry[]) => Entry,
): Computed {
  const shape = knownShape(
    parts.map((part) => part.shape).reduce((a, b) => knownShape(broadcastShapes(a, b), 'folding')),
    'folding',
  );
  return build(dtype, shape, (index) => compute(parts.map((part) => picked(part, index))));
}

/** All elements as one; undefined where only some axes are reduced, or something is not known. */
export function reduced(
  call: Call,
  { dtype, shape, data }: Content,
  combine: (a: Dimension, b: Dimension) => Entry,
): Content | undefined {
  const axes = call.integers('axes') ?? call.numbers(1) ?? shape.map((_, axis) => axis);
  if (new Set(axes.map((axis) => normalizeAxis(axis, shape.length))).size !== shape.length) return undefined;
  const [first, ...others] = data;
  const total = others.reduce<Entry>((sum, entry) => (sum === undefined ? sum : combine(sum, entry)), first);
  if (total === undefined) return undefined;
  return { dtype, shape: call.flag('keepdims', true) ? shape.map(() => 1) : [], data: [total] };
}
