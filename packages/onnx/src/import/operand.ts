import type { DataType, Dimension, Shape, Tensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { type Value } from '@sensorium/graph/transform';

/** Numbers that are known while the graph is built; symbols where they are sizes that are not known yet. bool: 0 and 1. */
export interface Content {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: readonly Dimension[];
}

/** A value of the file inside our graph. */
export interface Operand {
  /** As the file calls it. */
  readonly name: string;
  readonly value: Value;
  /** Undefined where it is not known, or not one that tensors of ours can have; then `value` says something else. */
  readonly dtype: DataType | undefined;
  /** Undefined where not even the number of axes is known; then `value` says something else. */
  readonly shape: Shape | undefined;
  readonly content?: Content;
  /** Where the file's fixed batch of 1 was opened: the axis along which samples lie. */
  readonly batchAxis?: number;
}

/** An operand of which everything is known that lowering needs. */
export type KnownOperand = Operand & { readonly dtype: DataType; readonly shape: Shape };

export const isKnown = (operand: Operand): operand is KnownOperand =>
  operand.dtype !== undefined && operand.shape !== undefined;

/** An operand that is what its value says. */
export const operandOf = (name: string, value: Value, more: Partial<Operand> = {}): KnownOperand => ({
  name,
  value,
  dtype: value.dtype,
  shape: value.shape,
  ...more,
});

/** More than any shape, table of indices or list of axes has. */
export const LARGEST = 1 << 16;

/** The numbers of a stored tensor, unless they are too many. */
export function contentOf({ dtype, shape, data }: Tensor): Content | undefined {
  return data.length > LARGEST ? undefined : { dtype, shape, data: Array.from(data, Number) };
}

export interface NumericContent extends Content {
  readonly data: readonly number[];
}

export const isNumeric = (content: Content): content is NumericContent =>
  content.data.every((entry) => typeof entry === 'number');

/** The largest int64 that is a JavaScript number. */
const LARGEST_INTEGER = 2 ** 63 - 1024;

export function tensorOf({ dtype, shape, data }: NumericContent): Tensor {
  const fitting = dtype === 'int64' ? data.map((entry) => Math.min(entry, LARGEST_INTEGER)) : data;
  return makeTensor(dtype, shape, fitting);
}
