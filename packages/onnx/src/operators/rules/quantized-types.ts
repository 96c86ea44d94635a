import { TensorProto_DataType as Type } from '@sensorium/graph/protobuf';

/** Element types, by their numbers in files, that QuantizeLinear and DequantizeLinear take since. */
export const quantizedTypes: ReadonlyMap<number, number> = new Map([
  ...[Type.INT16, Type.UINT16].map((type) => [type, 21] as const),
  // Floats and whole numbers of 8 and 4 bits.
  ...[17, 18, 19, 20].map((type) => [type, 19] as const),
  ...[21, 22].map((type) => [type, 21] as const),
]);
