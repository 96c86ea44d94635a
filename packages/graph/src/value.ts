import {
  SensoriumError,
  type DataType,
  type Initializer,
  type Shape,
  type SymbolicTensor,
  type Tensor,
} from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import type { AttributeProto, TensorProto } from './onnx/onnx_pb.js';
import type { Definition } from './operator.js';

/**
 * Numbers, booleans, strings and lists as ONNX knows them, a subgraph, an attribute as a file had it, or (under `$…`)
 * facts that only shape inference, gradient and writer read.
 */
export type Attribute =
  number | string | boolean | readonly number[] | readonly string[] | Subgraph | Shape | AttributeProto | Origin;
export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** How ONNX stores an attribute. A boolean is an `int`, 0 or 1. */
export type AttributeType = 'float' | 'int' | 'string' | 'floats' | 'ints' | 'strings' | 'graph';

/** The body of a Loop: its own inputs, and outputs that may also read values from outside. */
export interface Subgraph {
  readonly kind: 'subgraph';
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** What a node that was read from a file needs to be written again as it was. */
export interface Origin {
  readonly kind: 'origin';
  /** The file's names of the last inputs, which only the bodies of the node read. */
  readonly captured: readonly string[];
  /** The positions of outputs that the node leaves out. */
  readonly omitted: readonly number[];
  /** Versions of the operator sets that the node and its bodies need beside the standard one, by domain. */
  readonly opsets: Readonly<Record<string, number>>;
}

export interface Node {
  readonly id: number;
  readonly definition: Definition;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** What it was made for, in words for people: a node of a file. */
  readonly madeFor: string | undefined;
}

export interface ParameterSource {
  readonly kind: 'parameter';
  /** `fusion/image/gate` */
  readonly name: string;
  readonly initialize: Initializer;
  readonly decay: boolean;
}

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly tensor: Tensor }
  /** Of an element type that tensors of ours cannot have. */
  | { readonly kind: 'stored'; readonly tensor: TensorProto }
  | { readonly kind: 'node'; readonly node: Node; readonly index: number }
  | ParameterSource;

/** What a SymbolicTensor is inside this package. */
export interface Value extends SymbolicTensor {
  readonly source: Source;
}

let lastId = 0;
export const nextId = (): number => ++lastId;

export function createValue(dtype: DataType, shape: Shape, source: Source): Value {
  return { id: nextId(), dtype, shape, source };
}

/** The inside of a symbol that this package made. */
export function valueOf(symbol: SymbolicTensor): Value {
  if ('source' in symbol) return symbol as Value;
  throw new SensoriumError({
    code: 'SENSORIUM_SHAPE',
    message: 'a symbolic tensor was given that @sensorium/graph did not make',
    hint: 'Make symbols with input(), constant(), scope.parameter() and operators.',
  });
}

/** A value that is fed at run time. */
export function input(name: string, dtype: DataType, shape: Shape): Value {
  return createValue(dtype, shape, { kind: 'input', name });
}

export function constantTensor(tensor: Tensor): Value {
  return createValue(tensor.dtype, tensor.shape, { kind: 'constant', tensor });
}

/** A number, or a flat list with a shape, as a constant of the graph. Default dtype float32. */
export function constant(
  data: number | readonly number[],
  dtype: DataType = 'float32',
  shape?: readonly number[],
): Value {
  const list = typeof data === 'number' ? [data] : data;
  return constantTensor(makeTensor(dtype, shape ?? (typeof data === 'number' ? [] : [list.length]), list));
}
