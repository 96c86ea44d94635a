import { create } from '@bufbuild/protobuf';
import type { Dimension, Tensor, Tensors } from '@sensorium/contracts';
import { AttributeProto_AttributeType, AttributeProtoSchema, type AttributeProto } from '@sensorium/graph/protobuf';
import { makeTensor } from '@sensorium/tensors';
import { spreadTensor, node, onnxFile } from '@sensorium/graph/testing';

/** A node of a file, applied in one way. */
export interface LoweringCase {
  /** What the file is fed. */
  readonly feeds: Tensors;
  /** What it has stored. */
  readonly stored?: Tensors;
  /** All inputs of the node in order; default: what is fed, then what is stored. */
  readonly inputs?: string[];
  readonly attributes?: Parameters<typeof node>[3];
  readonly outputs?: string[];
  /** Those of the outputs that nobody reads. */
  readonly unread?: readonly string[];
  /** False where steps of what is fed would jump. Default true */
  readonly differentiable?: boolean;
  /** Default 17 */
  readonly opset?: number;
  /** Of all outputs; default float32 */
  readonly dtype?: Tensor['dtype'];
  /** Of every output, where they differ. */
  readonly dtypes?: readonly Tensor['dtype'][];
  /** Shapes with open sizes of what the file is fed. */
  readonly open?: Record<string, Dimension[]>;
  /** Of outputs, where they cannot be told. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** An attribute of a name that is not one of floats everywhere. */
export const float = (f: number): AttributeProto =>
  create(AttributeProtoSchema, { type: AttributeProto_AttributeType.FLOAT, f });
export const floatList = (...floats: number[]): AttributeProto =>
  create(AttributeProtoSchema, { type: AttributeProto_AttributeType.FLOATS, floats });
export const floats = (shape: readonly number[], seed = 1, low?: number, high?: number): Tensor =>
  spreadTensor('float32', shape, seed, low, high);
export const ints = (...values: number[]): Tensor => makeTensor('int64', [values.length], values);
export const scalar = (value: number): Tensor => makeTensor('float32', [], [value]);

export const x: LoweringCase = { feeds: { x: floats([2, 3, 4]) } };
export const open: LoweringCase = { ...x, open: { x: ['batch', 'time', 4] } };
export const image: LoweringCase = { feeds: { x: floats([2, 4, 7, 6]) } };
export const channels = { scale: floats([4], 2), bias: floats([4], 3) };

/** A sequence of 3 steps of 2 samples, and a recurrence with 4 units. */
export const recurrence = (gates: number, directions = 1): LoweringCase => ({
  feeds: { x: floats([3, 2, 5]) },
  stored: { w: floats([directions, 4 * gates, 5], 2), r: floats([directions, 4 * gates, 4], 3) },
  attributes: { hidden_size: 4 },
});

/** The node of a case, and what a file needs around it; types of other domains have the domain in front. */
export function nodeOf(type: string, one: LoweringCase) {
  const [domain, opType] = /^(?:(.*)\.)?(.*)$/.exec(type)?.slice(1) as [string | undefined, string];
  const { feeds, stored = {}, attributes, outputs = ['y'], unread = [], opset, dtype = 'float32', dtypes } = one;
  const isGiven = (name: string): boolean => name !== '' && !unread.includes(name);
  const named = outputs.flatMap((name, at) =>
    isGiven(name) ? [[name, { dtype: dtypes?.[at] ?? dtype }] as const] : [],
  );
  return {
    opset,
    opsets: domain ? { [domain]: 1 } : {},
    node: node(opType, one.inputs ?? [...Object.keys(feeds), ...Object.keys(stored)], outputs, {
      ...attributes,
      ...(domain ? { domain } : {}),
    }),
    initializers: stored,
    outputs: Object.fromEntries(named),
  };
}

/** A file of one node. */
export function fileOf(type: string, one: LoweringCase): Uint8Array {
  const { node: only, ...around } = nodeOf(type, one);
  const { feeds, open = {} } = one;
  const declared = Object.entries(feeds).map(([name, x]) => [name, { ...x, shape: open[name] ?? x.shape }] as const);
  return onnxFile({ ...around, nodes: [only], inputs: Object.fromEntries(declared) });
}
