import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { required } from '@sensorium/contracts';
import {
  definedIn,
  graphsIn,
  ModelProtoSchema,
  TensorProto_DataType as Type,
  type NodeProto,
  type TensorProto,
} from '@sensorium/graph/protobuf';
import { decodeTensor } from '../read/tensor.js';
import { asHalf } from './half.js';
import { asInt8 } from './int8.js';

/** What weights are stored as. */
export type Precision = 'float16' | 'int8';

/** A weight in a smaller form, and the nodes that make float32 of it again, under its old name. */
export interface SmallForm {
  readonly tensors: readonly TensorProto[];
  readonly nodes: readonly NodeProto[];
}

/** A weight of float32 that is stored. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** A name that the model does not have, which begins with this weight's. */
  readonly fresh: (suffix: string) => string;
}

export interface CompressedWeights {
  readonly model: Uint8Array;
  /** Names of weights that are stored in the smaller form. */
  readonly small: readonly string[];
  /** Of those that it cannot hold: they stay as they were. */
  readonly left: readonly string[];
}

const FLOAT: number = Type.FLOAT;
/** A weight with fewer elements is not worth two nodes; biases and scales of norms, of one axis, are small and matter. */
const SMALLEST = 256;

const forms: Readonly<Record<Precision, (weight: Weight) => SmallForm | undefined>> = {
  float16: asHalf,
  int8: asInt8,
};

/**
 * An ONNX file whose weights of two axes or more are stored as float16, or as whole numbers of 8 bits with a scale for each
 * channel. It computes in float32 as before: runtimes make float32 of such constants once, when they load the file, so that it is
 * as fast, on every provider. Inputs, outputs and names stay. The same file gives the same bytes.
 */
export function compressWeights(model: Uint8Array, precision: Precision): CompressedWeights {
  const proto = fromBinary(ModelProtoSchema, model);
  const graph = required(proto.graph, 'the graph of the model');
  const taken = new Set(graphsIn(graph).flatMap(definedIn));
  const found = { small: [] as string[], left: [] as string[], nodes: [] as NodeProto[] };
  graph.initializer = graph.initializer.flatMap((tensor) => {
    const weight = weightOf(tensor, taken);
    if (!weight) return [tensor];
    const form = forms[precision](weight);
    (form ? found.small : found.left).push(weight.name);
    if (!form) return [tensor];
    found.nodes.push(...form.nodes);
    return form.tensors;
  });
  graph.node = [...found.nodes, ...graph.node];
  return { model: toBinary(ModelProtoSchema, proto), small: found.small, left: found.left };
}

/** Undefined for what is not worth it, and for tensors of other types. */
function weightOf(tensor: TensorProto, taken: Set<string>): Weight | undefined {
  const count = tensor.dims.reduce((a, b) => a * Number(b), 1);
  if (tensor.dataType !== FLOAT || tensor.dims.length < 2 || count < SMALLEST) return undefined;
  const { shape, data } = required(decodeTensor(tensor), tensor.name);
  return {
    name: tensor.name,
    shape,
    data: data as Float32Array,
    fresh(suffix) {
      let name = `${tensor.name}.${suffix}`;
      while (taken.has(name)) name += '_';
      taken.add(name);
      return name;
    },
  };
}
