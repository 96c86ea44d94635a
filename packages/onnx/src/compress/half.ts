import { create } from '@bufbuild/protobuf';
import { integerAttribute, makeNode, TensorProto_DataType as Type, TensorProtoSchema } from '@sensorium/graph/protobuf';
import { LARGEST_HALF, toHalf } from '@sensorium/tensors';
import type { SmallForm, Weight } from './compress.js';

/** W as float16, then Cast. Undefined where a weight is beyond ±65504. */
export function asHalf({ name, shape, data, fresh }: Weight): SmallForm | undefined {
  if (!data.every((value) => Math.abs(value) <= LARGEST_HALF)) return undefined;
  const stored = fresh('float16');
  const rawData = new Uint8Array(Uint16Array.from(data, toHalf).buffer);
  return {
    tensors: [create(TensorProtoSchema, { name: stored, dims: shape.map(BigInt), dataType: Type.FLOAT16, rawData })],
    nodes: [makeNode('Cast', [stored], [name], [integerAttribute('to', Type.FLOAT)])],
  };
}
