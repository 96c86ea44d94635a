import { create, isMessage, toBinary } from '@bufbuild/protobuf';
import type { DataType, Shape, Tensor } from '@sensorium/contracts';
import { attributeToProto } from '../onnx/attribute.js';
import type { AttributeType } from '../value.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../onnx/onnx_pb.js';
import { elementTypes } from '../element-types.js';
import { tensorBytes } from '@sensorium/tensors';

type Attribute = number | string | readonly number[] | readonly string[] | TensorProto | GraphProto | AttributeProto;

/** A tensor that a file declares: its element type, and sizes, of which some may be open. */
export interface Declared {
  readonly dtype: DataType;
  readonly shape?: Shape;
}

export interface OnnxGraphDescription {
  readonly nodes: readonly NodeProto[];
  readonly inputs?: Readonly<Record<string, Declared>>;
  readonly outputs: Readonly<Record<string, Declared>>;
  readonly initializers?: Readonly<Record<string, Tensor | TensorProto>>;
  readonly types?: Readonly<Record<string, Declared>>;
}

export interface OnnxFileDescription extends OnnxGraphDescription {
  /** Default 17 */
  readonly opset?: number;
  /** Versions of other operator sets, by domain. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly functions?: readonly FunctionProto[];
}

export function onnxFile({ opset = 17, opsets = {}, functions = [], ...graph }: OnnxFileDescription): Uint8Array {
  const opsetImport = Object.entries({ '': opset, ...opsets }).map(([domain, version]) => ({
    domain,
    version: BigInt(version),
  }));
  const content = { irVersion: 9n, opsetImport, graph: onnxGraph(graph), functions: [...functions] };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, content));
}

export function onnxGraph({
  nodes,
  inputs = {},
  outputs,
  initializers = {},
  types = {},
}: OnnxGraphDescription): GraphProto {
  return create(GraphProtoSchema, {
    name: 'graph',
    node: [...nodes],
    input: Object.entries(inputs).map(valueInfo),
    output: Object.entries(outputs).map(valueInfo),
    valueInfo: Object.entries(types).map(valueInfo),
    initializer: Object.entries(initializers).map(([name, tensor]) => ({ ...tensorProto(tensor), name })),
  });
}

/** `node('Add', ['a', 'b'], ['sum'])`: the first output names the node, with `node:` before it. */
export function node(
  opType: string,
  input: string[],
  output: string[],
  { domain = '', ...attributes }: Readonly<Record<string, Attribute>> & { domain?: string } = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
  return create(NodeProtoSchema, { opType, input, output, attribute, domain, name: `node:${output.find(Boolean)}` });
}

function attributeOf(name: string, value: Attribute): AttributeProto {
  if (isMessage(value, AttributeProtoSchema)) return { ...value, name };
  if (!isMessage(value, TensorProtoSchema)) return attributeToProto('a test', name, value, typeFor(name, value));
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.TENSOR, t: value });
}

/** Attributes that are floats although tests give whole numbers. */
const floats = new Set(['epsilon', 'alpha', 'beta', 'gamma', 'momentum', 'value_float', 'cubic_coeff_a']);

function typeFor(name: string, value: Exclude<Attribute, TensorProto>): AttributeType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return floats.has(name) ? 'float' : 'int';
  if (!Array.isArray(value)) return 'graph';
  return value.every((item) => typeof item === 'string') ? 'strings' : 'ints';
}

export function tensorProto(tensor: Tensor | TensorProto): TensorProto {
  if (isMessage(tensor, TensorProtoSchema)) return tensor;
  const { dtype, shape } = tensor;
  const dims = shape.map(BigInt);
  return create(TensorProtoSchema, { dims, dataType: elementTypes[dtype], rawData: tensorBytes(tensor) });
}

/** A float32 tensor whose bytes lie in a file beside the model. */
export function externalTensor(shape: readonly number[], location: string, offset: number): TensorProto {
  const length = 4 * shape.reduce((a, b) => a * b, 1);
  const entries = Object.entries({ location, offset: String(offset), length: String(length) });
  return create(TensorProtoSchema, {
    dims: shape.map(BigInt),
    dataType: elementTypes.float32,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: entries.map(([key, value]) => ({ key, value })),
  });
}

function valueInfo([name, { dtype, shape }]: [string, Declared]) {
  const dim = shape?.map((size) =>
    typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } },
  );
  const tensorType = { elemType: elementTypes[dtype], shape: dim && { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensorType } } });
}
