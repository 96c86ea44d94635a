import { TensorProto_DataType as Type, type GraphProto, type NodeProto, type TensorProto } from './onnx_pb.js';
import { textOf } from './make-node.js';
import { subgraphsOf } from './walk.js';

/** The operator set of what is written here: the newest that all providers of ONNX Runtime know well. */
export const OPSET = 17;

type Since<T> = Readonly<Record<string, T>>;

export const reductions: readonly string[] = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
];

/** Operators that came after 17, or mean something else since: the operator set that brought them. */
const operators: Since<number> = {
  AffineGrid: 20,
  BitwiseAnd: 18,
  BitwiseNot: 18,
  BitwiseOr: 18,
  BitwiseXor: 18,
  CenterCropPad: 18,
  Col2Im: 18,
  DeformConv: 19,
  Gelu: 20,
  GroupNormalization: 21,
  ImageDecoder: 20,
  Mish: 18,
  RegexFullMatch: 20,
  StringConcat: 20,
  StringSplit: 20,
};

/** How many inputs operators had that take more since. */
const inputs: Since<readonly [count: number, since: number]> = {
  ...Object.fromEntries(reductions.map((type) => [type, [1, 18] as const])),
  DFT: [2, 20],
  Pad: [3, 18],
};

/** Attributes that came after 17. */
const attributes: Since<Since<number>> = {
  AveragePool: { dilations: 19 },
  DequantizeLinear: { block_size: 21 },
  LpPool: { ceil_mode: 18, dilations: 18 },
  QuantizeLinear: { block_size: 21, output_dtype: 21, saturate: 19 },
  Resize: { antialias: 18, axes: 18, keep_aspect_ratio_policy: 18 },
  Split: { num_outputs: 18 },
};

/** Values of older attributes that came after 17. */
const values: Since<Since<Since<number>>> = {
  GridSample: { mode: { cubic: 20, linear: 20 } },
  Pad: { mode: { wrap: 19 } },
  Resize: { coordinate_transformation_mode: { half_pixel_symmetric: 19 } },
  ScatterElements: { reduction: { max: 18, min: 18 } },
  ScatterND: { reduction: { max: 18, min: 18 } },
};

/** Element types, by their numbers in files, that QuantizeLinear and DequantizeLinear take since. */
const quantized: ReadonlyMap<number, number> = new Map([
  ...[Type.INT16, Type.UINT16].map((type) => [type, 21] as const),
  // Floats and whole numbers of 8 and 4 bits.
  ...[17, 18, 19, 20].map((type) => [type, 19] as const),
  ...[21, 22].map((type) => [type, 21] as const),
]);

/** The oldest operator set from 17 on in which everything in a graph can be said. */
export function opsetFor(graph: GraphProto, outer: ReadonlyMap<string, TensorProto> = new Map()): number {
  const stored = new Map([...outer, ...graph.initializer.map((tensor) => [tensor.name, tensor] as const)]);
  const needed = graph.node.flatMap((node) => [
    ...needsOf(node, stored),
    ...subgraphsOf(node).map((body) => opsetFor(body, stored)),
  ]);
  return needed.reduce((a, b) => Math.max(a, b), OPSET);
}

function needsOf(node: NodeProto, stored: ReadonlyMap<string, TensorProto>): number[] {
  const { opType, domain, input, attribute } = node;
  if (domain !== '') return [];
  const [count, since] = inputs[opType] ?? [Infinity, OPSET];
  const types = /^(Dequantize|Quantize)Linear$/.test(opType) ? input.map((name) => stored.get(name)?.dataType) : [];
  const needed = [
    operators[opType],
    input.length > count ? since : OPSET,
    ...attribute.map(({ name }) => attributes[opType]?.[name]),
    ...attribute.map((one) => values[opType]?.[one.name]?.[textOf(one)]),
    ...types.map((type) => type && quantized.get(type)),
  ];
  return needed.filter((one) => one !== undefined);
}
