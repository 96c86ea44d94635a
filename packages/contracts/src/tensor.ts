/** Element types that cross a port. `bool` is stored one byte an element, `int64` as bigint. */
export type DataType = 'float32' | 'float64' | 'float16' | 'int64' | 'int32' | 'uint8' | 'bool';

export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  /** Raw IEEE 754 half-precision bits. */
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TypedArray = TypedArrays[DataType];

/** What holds the elements of each type: `new typedArrays[dtype](length)`. */
export const typedArrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DataType, unknown>;

/** Concrete numbers: what a backend takes and gives. Row-major; `shape` [] is a scalar. */
export interface Tensor<D extends DataType = DataType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TypedArrays[D];
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A size that is known, or the name of one that is not yet: `batch`, `16*batch`. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** What one sample looks like: the shape has no batch dimension. */
export interface TensorSpec {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

export type TensorSpecs = Readonly<Record<string, TensorSpec>>;
