import type { DataType, Shape } from '@sensorium/contracts';
import type { TensorProto, TypeProto_Tensor } from '@sensorium/graph/protobuf';
import { dataTypeOf, sizesOf } from './tensor.js';

/** A tensor as the file describes it. What tensors of ours cannot be, or the file leaves open, is undefined. */
export interface TensorDescription {
  readonly name: string;
  readonly dtype: DataType | undefined;
  /** Sizes, and the file's names of sizes that are open. */
  readonly shape: Shape | undefined;
}

export const describeTensor = (name: string, tensor: TensorProto): TensorDescription => ({
  name,
  dtype: dataTypeOf(tensor.dataType),
  shape: sizesOf(tensor),
});

export function describeType(name: string, type?: TypeProto_Tensor): TensorDescription {
  return {
    name,
    dtype: type && dataTypeOf(type.elemType),
    shape: type?.shape?.dim.map(({ value }, axis) =>
      value.case === 'dimValue' && value.value >= 0n
        ? Number(value.value)
        : (value.case === 'dimParam' && value.value) || `${name}.${axis}`,
    ),
  };
}
