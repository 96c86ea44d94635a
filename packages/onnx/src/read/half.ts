import { fromHalf } from '@sensorium/tensors';
import {
  TensorProto_DataType as Type,
  type GraphProto,
  type TensorProto,
  attributeOf,
  graphsIn,
  tensorsIn,
} from '@sensorium/graph/protobuf';

/** Attributes that name an element type. */
export const typeAttributes = [
  'to',
  'dtype',
  'output_dtype',
  'output_datatype',
  'precision',
  'softmax_precision',
  'stash_type',
];

/**
 * Makes float32 of every float16 and bfloat16 of a model: weights, casts and declared types alike. Half precision is
 * for storing; to learn, and to be exact on every backend, a model computes in float32.
 */
export function widenHalves(graph: GraphProto): void {
  tensorsIn(graph).forEach(widen);
  for (const { node, input, output, valueInfo } of graphsIn(graph)) {
    for (const attribute of node.flatMap((one) => typeAttributes.flatMap((name) => attributeOf(one, name) ?? []))) {
      if (isHalf(Number(attribute.i))) attribute.i = BigInt(Type.FLOAT);
    }
    for (const { type } of [...input, ...output, ...valueInfo]) {
      if (type?.value.case === 'tensorType' && isHalf(type.value.value.elemType))
        type.value.value.elemType = Type.FLOAT;
    }
  }
}

/** From the bits of an element to its number. */
const decoders: ReadonlyMap<number, (bits: number) => number> = new Map([
  [Type.FLOAT16, fromHalf],
  [Type.BFLOAT16, fromBrainFloat],
]);
const isHalf = (type: number): boolean => decoders.has(type);

function widen(tensor: TensorProto): void {
  const decode = decoders.get(tensor.dataType);
  if (!decode) return;
  const { rawData, int32Data } = tensor;
  const halves = rawData.length ? new Uint16Array(new Uint8Array(rawData).buffer) : Uint16Array.from(int32Data);
  tensor.dataType = Type.FLOAT;
  tensor.rawData = new Uint8Array(Float32Array.from(halves, (bits) => decode(bits)).buffer);
  tensor.int32Data = [];
}

/** bfloat16: the upper half of a float32. */
function fromBrainFloat(bits: number): number {
  return new DataView(Uint32Array.of(bits << 16).buffer).getFloat32(0, true);
}
