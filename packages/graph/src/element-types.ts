import type { DataType } from '@sensorium/contracts';

/** The numbers that ONNX gives to element types, in files and in the attribute `to` of Cast. */
export const elementTypes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};
