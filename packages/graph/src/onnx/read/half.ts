import { TensorProto_DataType as Type, type GraphProto, type TensorProto } from '../onnx_pb.js';
import { attributeOf, graphsIn, tensorsIn } from './walk.js';

/** Attributes that name an element type. */
const typeAttributes = ['to', 'dtype', 'output_datatype'];

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

const isHalf = (type: number): boolean => type === Type.FLOAT16 || type === Type.BFLOAT16;

function widen(tensor: TensorProto): void {
  if (!isHalf(tensor.dataType)) return;
  const { rawData, int32Data } = tensor;
  const halves = rawData.length ? new Uint16Array(new Uint8Array(rawData).buffer) : Uint16Array.from(int32Data);
  const floats = tensor.dataType === Type.FLOAT16 ? Float32Array.from(halves, fromHalf) : fromBrainFloats(halves);
  tensor.dataType = Type.FLOAT;
  tensor.rawData = new Uint8Array(floats.buffer);
  tensor.int32Data = [];
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of float32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
