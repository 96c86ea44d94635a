import { fromBinary } from '@bufbuild/protobuf';
import { required, type Tensor } from '@sensorium/contracts';
import { ModelProtoSchema, TensorProto_DataType as Type, type TensorProto } from '@sensorium/graph/protobuf';
import { toFloat32 } from '@sensorium/tensors';
import { decodeTensor, sizesOf } from '../read/tensor.js';

export interface RestoredWeights {
  /** As float32, by the weights' own names. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** The names of the tensors that they are stored as. */
  readonly storedAs: ReadonlySet<string>;
}

const HALF: number = Type.FLOAT16;
const BYTE: number = Type.INT8;

/** The inverse of `compressWeights`, of what it stored in a smaller form. */
export function restoreWeights(model: Uint8Array): RestoredWeights {
  const { initializer = [], node = [] } = fromBinary(ModelProtoSchema, model).graph ?? {};
  const stored = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  const products = new Map(node.filter(({ opType }) => opType === 'Mul').map((product) => [product.input[0], product]));
  const weights: Record<string, Tensor> = {};
  const storedAs = new Set<string>();
  for (const {
    opType,
    input: [from = ''],
    output: [to = ''],
  } of node) {
    const tensor = stored.get(from);
    if (opType !== 'Cast' || !tensor) continue;
    const product = products.get(to);
    const scale = stored.get(product?.input[1] ?? '');
    if (tensor.dataType === HALF) {
      weights[to] = toFloat32(required(decodeTensor(tensor), from));
      storedAs.add(from);
    } else if (tensor.dataType === BYTE && product && scale) {
      weights[required(product.output[0], from)] = timesScale(tensor, scale);
      storedAs.add(from).add(scale.name);
    }
  }
  return { weights, storedAs };
}

/** Whole numbers [..], each times the scale of its channel. */
function timesScale(tensor: TensorProto, scale: TensorProto): Tensor {
  const shape = sizesOf(tensor);
  const scales = required(decodeTensor(scale), scale.name).data;
  const axis = sizesOf(scale).findIndex((size) => size > 1);
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  const data = Float32Array.from(new Int8Array(buffer, byteOffset, byteLength), (step, index) => {
    return step * Number(scales[Math.floor(index / inner) % scales.length]);
  });
  return { dtype: 'float32', shape, data };
}
