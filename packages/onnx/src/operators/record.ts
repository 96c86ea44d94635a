import type { DataType, Dimension, SymbolicTensor, Tensor } from '@sensorium/contracts';
import type { Fresh, NodeProto, TensorProto } from '@sensorium/graph/protobuf';
import type { Inferred } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import type { Content } from '../import/operand.js';

/** Undefined where ours have no such variant. */
export type Lowered = SymbolicTensor | readonly SymbolicTensor[] | undefined;

/**
 * Builds what a node of operator set 17 computes from operators of ours: its first outputs. Undefined where ours have no
 * such variant; then the node is kept as it is. `batchAxis` is that of the first output.
 */
export type Lowering = (call: Call, batchAxis: number | undefined) => Lowered;

/** What can be told of an output without knowing its operator well: as much of it as is known. */
export type PartlyInferred = Partial<Inferred>;

/** Makes a name for a size that is not known. */
export type Unknown = (axis: number) => Dimension;

/** What the inputs tell of the first output. */
export type ShapeRule = (call: Call, unknown: Unknown) => PartlyInferred;

/** What the inputs tell of output number `index`. */
export type OutputRule = (call: Call, unknown: Unknown, index: number) => PartlyInferred;

/**
 * A file that was saved for one sample can be run on many where every operator treats samples alike and none looks at
 * another. Samples then lie along one axis of every value, the file's first at the beginning; an axis that was n long is
 * n for each sample. A rule gives the axis of the outputs, or of each of them where they differ, or undefined where samples
 * would be mixed, or it cannot be told. `axis` is that of the first input.
 */
export type BatchRule = (call: Call, axis: number) => number | readonly number[] | undefined;

/** What a node computes from inputs that are known, as far as it can be told. */
export type FoldRule = (call: Call, first: Content, others: readonly (Content | undefined)[]) => Content | undefined;

export interface RewriteContext {
  /** The operator set of the node. */
  readonly opset: number;
  /** Makes a name that nothing has yet. */
  readonly fresh: Fresh;
  /** Integers that are stored under a name, as far as this node can see. */
  readonly integers: (name: string) => number[] | undefined;
  /** Whether anything reads a value of this name. */
  readonly isRead: (name: string) => boolean;
}

/** What a node of another operator set says, in that of 17. */
export type Rewrite = (node: NodeProto, context: RewriteContext) => readonly NodeProto[];

/** What of an operator came after operator set 17, by the set that brought it. */
export interface Since {
  /** The operator itself, or the meaning that it has since. */
  readonly operator?: number;
  /** More inputs than so many. */
  readonly inputs?: readonly [count: number, since: number];
  readonly attributes?: Readonly<Record<string, number>>;
  /** Values of older attributes. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Element types of stored inputs, by their numbers in files, beside those that are new to all operators. */
  readonly types?: ReadonlyMap<number, number>;
  /** Element types of the first input that tensors of ours can have. */
  readonly dtypes?: Partial<Readonly<Record<DataType, number>>>;
}

/** All that is known of an operator of ONNX. What is left out, it lacks: with nothing at all it is kept as it is. */
export interface OperatorRecord {
  readonly lower?: Lowering;
  /** Of the first output of a node that is kept as it is. */
  readonly infer?: ShapeRule;
  /** Of every output, where it may have several. */
  readonly inferEvery?: OutputRule;
  readonly batch?: BatchRule;
  /** Where all inputs are known. */
  readonly fold?: FoldRule;
  /** Where no more needs to be known than the shape of its input. */
  readonly foldShape?: (call: Call) => Content | undefined;
  /** The operator set that changed it on the way to 17, and how to say the old in the new way. */
  readonly older?: readonly [since: number, rewrite: Rewrite];
  /** The operator set after 17 that changed it, and how to say the new in the old way. */
  readonly newer?: readonly [since: number, rewrite: Rewrite];
  readonly since?: Since;
  /**
   * The inputs that are weights: learned tensors as a rule, not settings. A subtrahend and a divisor are none, because that is
   * how files normalise what they are given; neither are running means and variances, nor initial states.
   */
  readonly weights?: readonly number[];
  /** The weight that may have one element: the bias of a model with one output. */
  readonly bias?: number;
  /** The weight that it makes of tensors that the file stores in another form. */
  readonly storedWeight?: (node: NodeProto, stored: (name: string) => TensorProto | undefined) => Tensor | undefined;
  /** Gives a weight where it is given one, by its first input or by any. */
  readonly passesWeights?: 'first' | 'all';
  /** It works along an axis that the file chooses, of which ours need to know the size: where even the first is open, it is kept. */
  readonly alongAnyAxis?: true;
  /** What it is told about shapes, or given once, holds for the file's own batch: only lowering opens that. */
  readonly namesShapes?: true;
}

/** Operators by their types, those of other domains with the domain in front. */
export type Operators = Readonly<Record<string, OperatorRecord>>;

/** Checks the records, and keeps their names. */
export const operators = <Names extends string>(
  records: Readonly<Record<Names, OperatorRecord>>,
): Readonly<Record<Names, OperatorRecord>> => records;
