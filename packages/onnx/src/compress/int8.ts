import { create } from '@bufbuild/protobuf';
import { integerAttribute, makeNode, TensorProto_DataType as Type, TensorProtoSchema } from '@sensorium/graph/protobuf';
import type { SmallForm, Weight } from './compress.js';

/** Steps on each side of zero, which so is one itself. */
const STEPS = 127;

/** Whole numbers, and what each is times. */
interface Quantized {
  readonly axis: number;
  /** [..], −127…127 */
  readonly steps: Int8Array;
  /** One for each index of the axis. */
  readonly scales: Float32Array;
  /** Sum of the squared differences from the weight. */
  readonly error: number;
}

/**
 * W ≈ scale · Q, with whole numbers Q of 8 bits and one scale for each channel: the largest |w| of a channel is 127 steps
 * (Jacob et al. 2018, symmetric). Channels lie along the axis by which the squared error is least: a matrix has them elsewhere
 * than a convolution. Undefined where a weight is not finite.
 */
export function asInt8(weight: Weight): SmallForm | undefined {
  const { name, shape, data, fresh } = weight;
  if (!data.every(Number.isFinite)) return undefined;
  const { axis, steps, scales } = shape
    .map((_, index) => quantized(weight, index))
    .reduce((best, other) => (other.error < best.error ? other : best));
  const [stored, scale, numbers] = [fresh('int8'), fresh('scale'), fresh('numbers')];
  const along = shape.map((size, index) => BigInt(index === axis ? size : 1));
  return {
    tensors: [
      create(TensorProtoSchema, {
        name: stored,
        dims: shape.map(BigInt),
        dataType: Type.INT8,
        rawData: new Uint8Array(steps.buffer),
      }),
      create(TensorProtoSchema, {
        name: scale,
        dims: along,
        dataType: Type.FLOAT,
        rawData: new Uint8Array(scales.buffer),
      }),
    ],
    // As DequantizeLinear, which ONNX Runtime keeps and computes in every run; of these it makes a constant.
    nodes: [
      makeNode('Cast', [stored], [numbers], [integerAttribute('to', Type.FLOAT)]),
      makeNode('Mul', [numbers, scale], [name]),
    ],
  };
}

function quantized({ shape, data }: Weight, axis: number): Quantized {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const size = shape[axis] as number;
  const channelOf = (index: number): number => Math.floor(index / inner) % size;
  const scales = new Float32Array(size);
  data.forEach((value, index) => {
    const channel = channelOf(index);
    scales[channel] = Math.max(scales[channel] as number, Math.abs(value));
  });
  scales.forEach((largest, channel) => (scales[channel] = largest > 0 ? largest / STEPS : 1));
  let error = 0;
  const steps = Int8Array.from(data, (value, index) => {
    const scale = scales[channelOf(index)] as number;
    const step = Math.max(-STEPS, Math.min(STEPS, Math.round(value / scale)));
    error += (value - step * scale) ** 2;
    return step;
  });
  return { axis, steps, scales, error };
}
