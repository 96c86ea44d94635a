import { required, type Tensor } from '@sensorium/contracts';
import { attributeOf, TensorProto_DataType as Type, type NodeProto, type TensorProto } from '@sensorium/graph/protobuf';
import { normalizeAxis } from '@sensorium/graph/transform';
import { makeTensor } from '@sensorium/tensors';
import { decodeTensor, sizesOf } from '../../read/tensor.js';

type IntegerArray = new (data: ArrayBuffer | readonly number[]) => ArrayLike<number>;

/** Whole numbers in which weights are stored. */
const integers: ReadonlyMap<number, IntegerArray> = new Map<number, IntegerArray>([
  [Type.INT8, Int8Array],
  [Type.UINT8, Uint8Array],
  [Type.INT16, Int16Array],
  [Type.UINT16, Uint16Array],
  [Type.INT32, Int32Array],
]);

/**
 * (x − zero) · scale of a DequantizeLinear whose inputs are all stored: a weight in float32. Undefined for other inputs, other
 * whole numbers than those of 8 bits and more, and scales of blocks.
 */
export function dequantized(node: NodeProto, stored: (name: string) => TensorProto | undefined): Tensor | undefined {
  const [x, scale, zero] = node.input.map((name) => (name ? stored(name) : undefined));
  const scales = scale && decodeTensor(scale);
  if (!x || scales?.dtype !== 'float32' || (node.input[2] && !zero)) return undefined;
  const [values, zeros] = [numbersOf(x), zero ? numbersOf(zero) : [0]];
  if (!values || !zeros || Number(attributeOf(node, 'block_size')?.i ?? 0) > 0) return undefined;
  const shape = sizesOf(x);
  const inner = scales.data.length === 1 ? 1 : innerSize(shape, Number(attributeOf(node, 'axis')?.i ?? 1));
  const at = (list: ArrayLike<number | bigint>, index: number): number =>
    Number(required(list[Math.floor(index / inner) % list.length], 'a scale'));
  const data = Array.from(values, (value, index) => (value - at(zeros, index)) * at(scales.data, index));
  return makeTensor('float32', shape, data);
}

/** How many elements follow each other that share a position along an axis. */
const innerSize = (shape: readonly number[], axis: number): number =>
  shape.slice(normalizeAxis(axis, shape.length) + 1).reduce((a, b) => a * b, 1);

function numbersOf({ dataType, rawData, int32Data }: TensorProto): ArrayLike<number> | undefined {
  const Integers = integers.get(dataType);
  return Integers && new Integers(rawData.length ? new Uint8Array(rawData).buffer : int32Data);
}
