import { TensorProto_DataType as Type } from '@sensorium/graph/protobuf';

/** Element types, by their numbers in files, that QuantizeLinear and DequantizeLinear take since, and others took before. */
export const quantizedTypes: ReadonlyMap<number, number> = new Map(
  [Type.INT16, Type.UINT16].map((type) => [type, 21] as const),
);
