import { itemAt } from '../../import/at.js';
import type { DataType, Dimension, Shape } from '@sensorium/contracts';
import { attributeOf } from '@sensorium/graph/protobuf';
import type { Call } from '../../import/call.js';
import type { ShapeRule, Unknown } from '../record.js';

export const dtypeOf = (call: Call, index = 0): DataType | undefined => call.inputs[index]?.dtype;

export const shapeOf = (call: Call, index = 0): Shape | undefined => call.inputs[index]?.shape;

export const sameAsFirst: ShapeRule = (call) => ({ dtype: dtypeOf(call), shape: shapeOf(call) });

/** The element type of one input, and a shape that is told from those of the inputs. */
export const shaped =
  (shape: (call: Call, unknown: Unknown) => Shape | undefined, dtype: DataType | number = 0): ShapeRule =>
  (call, unknown) => ({
    dtype: typeof dtype === 'number' ? dtypeOf(call, dtype) : dtype,
    shape: shape(call, unknown),
  });

/** With NumPy's broadcasting, of all inputs or of some. */
export const broadcasting =
  (dtype: (call: Call) => DataType | undefined = dtypeOf, operands?: readonly number[]): ShapeRule =>
  (call, unknown) => {
    const inputs = operands ? operands.map((index) => call.inputs[index]) : call.inputs;
    const shapes = inputs.flatMap((operand) => (operand ? [operand.shape] : []));
    const known = shapes.flatMap((shape) => (shape ? [shape] : []));
    return { dtype: dtype(call), shape: known.length === shapes.length ? broadcast(known, unknown) : undefined };
  };

function broadcast(shapes: readonly Shape[], unknown: Unknown): Shape {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = new Set(shapes.map((shape) => shape[axis - rank + shape.length] ?? 1));
    sizes.delete(1);
    if (sizes.size === 0) return 1;
    const [first, ...others] = [...sizes];
    return others.length === 0 && first !== undefined
      ? first
      : ([...sizes].find((size) => typeof size === 'number') ?? unknown(axis));
  });
}

/** What the shape has from which a part is taken, or to which something is added, along some axes. */
export const open = (known: (call: Call, axis: number) => boolean): ShapeRule =>
  shaped((call, unknown) => shapeOf(call)?.map((size, axis) => (known(call, axis) ? size : unknown(axis))));

/** A list of `rank` sizes of which nothing is known. */
export const allOpen = (rank: number, unknown: Unknown): Shape =>
  Array.from({ length: rank }, (_, axis) => unknown(axis));

/** Whether a node has an attribute. */
export const says = (call: Call, name: string): boolean => attributeOf(call.node, name) !== undefined;

/** The axis that an attribute names, from the beginning. */
export function axisOf(call: Call, otherwise: number): number {
  const axis = call.integer('axis', otherwise);
  const shape = shapeOf(call);
  return axis < 0 && shape ? axis + shape.length : axis;
}

/** What an input says that is a shape. */
export function targetShape(call: Call, index: number, unknown: Unknown): Shape | undefined {
  const rank = shapeOf(call, index)?.[0];
  const target = call.content(index)?.data;
  const at = (axis: number): Dimension => {
    const size = target?.[axis];
    return size === undefined || size === -1 || size === 0 ? unknown(axis) : size;
  };
  return typeof rank === 'number' ? Array.from({ length: rank }, (_, axis) => at(axis)) : undefined;
}

/** [B,C,…] with so many axes as before: convolutions, pooling, resizing. */
export const samples =
  (channels: (call: Call) => Dimension | undefined): ShapeRule =>
  (call, unknown) => ({
    dtype: dtypeOf(call),
    shape: shapeOf(call)?.map((size, axis) => (axis === 0 ? size : (axis === 1 && channels(call)) || unknown(axis))),
  });

/** Of matrices, or stacks of them; inputs `left` and `right`. */
export const product =
  (left: number, right: number): ((call: Call, unknown: Unknown) => Shape | undefined) =>
  (call, unknown) => {
    const [a, b] = [shapeOf(call, left), shapeOf(call, right)];
    if (!a || !b || a.length < 2 || b.length < 2) return undefined;
    const stack = broadcast([a.slice(0, -2), b.slice(0, -2)], unknown);
    return [...stack, itemAt(a, -2), itemAt(b, -1)];
  };

/** Sequences [B,T,…] with another width. */
export const asWideAs = (call: Call, width: Dimension): Shape | undefined => shapeOf(call)?.with(-1, width);

/** What follows from the number of axes of the first input, where that is known. */
export function ofRank<T>(call: Call, make: (rank: number) => T): T | undefined {
  const shape = shapeOf(call);
  return shape && make(shape.length);
}
