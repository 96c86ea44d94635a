import { typedArrays, type DataType, type Tensor } from '@sensorium/contracts';
import {
  badModel,
  TensorProto_DataLocation,
  TensorProto_DataType as Type,
  type TensorProto,
  elementTypes,
} from '@sensorium/graph/protobuf';

const dataTypes: ReadonlyMap<number, DataType> = new Map(
  Object.entries(elementTypes).map(([dtype, type]) => [type, dtype as DataType]),
);

/** The element type of a tensor of a file, or undefined where tensors of ours cannot have it: int8, string, … */
export const dataTypeOf = (elementType: number): DataType | undefined => dataTypes.get(elementType);

export const sizesOf = ({ dims }: TensorProto): number[] => dims.map(Number);

/** Bits of one element, as they lie in `raw_data`. */
const bits = new Map<number, number>([
  [Type.FLOAT, 32],
  [Type.UINT8, 8],
  [Type.INT8, 8],
  [Type.UINT16, 16],
  [Type.INT16, 16],
  [Type.INT32, 32],
  [Type.INT64, 64],
  [Type.BOOL, 8],
  [Type.FLOAT16, 16],
  [Type.DOUBLE, 64],
  [Type.UINT32, 32],
  [Type.UINT64, 64],
  [Type.COMPLEX64, 64],
  [Type.COMPLEX128, 128],
  [Type.BFLOAT16, 16],
]);

/** Throws SENSORIUM_BAD_MODEL where a tensor does not have as many elements as its shape says. */
export function checkTensor(proto: TensorProto): void {
  const shape = sizesOf(proto);
  const count = shape.reduce((a, b) => a * b, 1);
  if (shape.some((size) => size < 0)) {
    throw badModel(`the tensor "${proto.name}" has the impossible shape [${shape.join(',')}]`, 'Save the model again.');
  }
  const size = bits.get(proto.dataType);
  const raw = proto.rawData.length > 0;
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL || (raw && size === undefined)) return;
  const found = raw ? (proto.rawData.length * 8) / (size ?? 8) : typedLength(proto);
  if (found === undefined || found === count) return;
  throw badModel(
    `the tensor "${proto.name}" has ${found} elements, and its shape [${shape.join(',')}] needs ${count}`,
    'The file is damaged; get it again.',
  );
}

/** Where a tensor keeps its elements if not as raw bytes: most types in `int32_data`. */
const typedFields: ReadonlyMap<number, (proto: TensorProto) => number> = new Map<
  number,
  (proto: TensorProto) => number
>([
  [Type.FLOAT, ({ floatData }) => floatData.length],
  [Type.COMPLEX64, ({ floatData }) => floatData.length / 2],
  [Type.DOUBLE, ({ doubleData }) => doubleData.length],
  [Type.COMPLEX128, ({ doubleData }) => doubleData.length / 2],
  [Type.INT64, ({ int64Data }) => int64Data.length],
  [Type.UINT32, ({ uint64Data }) => uint64Data.length],
  [Type.UINT64, ({ uint64Data }) => uint64Data.length],
  [Type.STRING, ({ stringData }) => stringData.length],
]);

/** How many elements the typed fields hold; undefined where several elements share a number. */
function typedLength(proto: TensorProto): number | undefined {
  const length = typedFields.get(proto.dataType);
  if (length) return length(proto);
  return bits.has(proto.dataType) ? proto.int32Data.length : undefined;
}

/** The numbers of a checked tensor; undefined where tensors of ours cannot have its element type. */
export function decodeTensor(proto: TensorProto): Tensor | undefined {
  const dtype = dataTypeOf(proto.dataType);
  return dtype && { dtype, shape: sizesOf(proto), data: elementsOf(proto, dtype) };
}

function elementsOf(proto: TensorProto, dtype: DataType): Tensor['data'] {
  const { rawData } = proto;
  // A copy: the file's bytes may start anywhere, typed arrays only at multiples of their element's size.
  if (rawData.length) return new typedArrays[dtype](new Uint8Array(rawData).buffer);
  if (dtype === 'int64') return BigInt64Array.from(proto.int64Data);
  if (dtype === 'float32') return Float32Array.from(proto.floatData);
  if (dtype === 'float64') return Float64Array.from(proto.doubleData);
  return new typedArrays[dtype](proto.int32Data);
}
