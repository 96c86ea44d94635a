import { outputName } from './at.js';
import {
  SensoriumError,
  type Dimension,
  type Scope,
  type Shape,
  type SymbolicTensor,
  type Tensor,
} from '@sensorium/contracts';
import { constantTensor } from '@sensorium/graph';
import { createValue, madeFor, type Value } from '@sensorium/graph/transform';
import {
  describeNode,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  attributeOf,
  capturedBy,
  readBy,
} from '@sensorium/graph/protobuf';
import { indexGraph, type IndexedGraph } from '../read/order.js';
import { describeTensor, describeType } from '../read/describe.js';
import type { ReadModel } from '../read/read.js';
import { decodeTensor, sizesOf } from '../read/tensor.js';
import { recordOf } from '../operators/index.js';
import type { PartlyInferred } from '../operators/record.js';
import { batchAxesOf, isBatched, type BatchAxes } from './batch.js';
import { Call } from './call.js';
import { foldWithin, type Folding } from './fold.js';
import { lower } from './lower.js';
import { opaque } from './opaque.js';
import { contentOf, isKnown, isNumeric, operandOf, tensorOf, type Operand } from './operand.js';
import { biasesOf, isLearnable, weightsOf, type IsParameter, type ParameterNames } from './parameters.js';

/** What one import shares among the graph of the file and the branches inside it. */
export interface ImportContext {
  readonly scope: Scope;
  readonly model: ReadModel;
  readonly isParameter: IsParameter;
  readonly parameterNames: ParameterNames;
  /** Shapes that the caller states, by name. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** What the file's names of open sizes are here. */
  readonly sizes: ReadonlyMap<string, Dimension>;
  /** What takes the place of the file's fixed batch of 1. */
  readonly batch?: Dimension;
  readonly folding: Folding;
}

/** The first value of which something is not known, on the way to others like it. */
export interface UnknownOrigin {
  readonly name: string;
  /** That gives it. */
  readonly node: NodeProto;
}

/** Their inputs are no tensors, so that nobody can say a shape of them. */
const outOfSequence: ReadonlySet<string> = new Set(['ConcatFromSequence', 'OptionalGetElement', 'SequenceAt']);

/** What to do where a node cannot read what it is given. */
const CONTRADICTION =
  'The file contradicts itself, or does not fit the inputs: give those of other shapes, or save the model again.';

/** Makes symbols of a graph of a file, as far as they are asked for. */
export class GraphImporter {
  private readonly operands: Map<string, Operand>;
  private readonly weights: ReadonlySet<string>;
  private readonly biases: ReadonlySet<string>;
  private readonly origins: Map<Value, UnknownOrigin>;

  constructor(
    private readonly context: ImportContext,
    private readonly graph: IndexedGraph,
    given: ReadonlyMap<string, Operand>,
    private readonly outer?: GraphImporter,
  ) {
    this.operands = new Map(given);
    this.weights = weightsOf(graph);
    this.biases = biasesOf(graph);
    this.origins = outer?.origins ?? new Map<Value, UnknownOrigin>();
  }

  /** Where it begins that a value is not known; undefined for one that the file stores. */
  originOf({ value }: Operand): UnknownOrigin | undefined {
    return this.origins.get(value);
  }

  run(outputs: readonly string[]): Operand[] {
    const wanted = new Set(outputs);
    const needed = this.graph.nodes.toReversed().filter((node) => {
      const useful = node.output.some((name) => wanted.has(name) && !this.operands.has(name));
      if (useful) readBy(node).forEach((name) => wanted.add(name));
      return useful;
    });
    for (const node of needed.toReversed()) this.node(node, wanted);
    return outputs.map((name) => this.operand(name));
  }

  private operand(name: string): Operand {
    const known = this.operands.get(name);
    if (known) return known;
    const tensor = this.graph.initializers.get(name);
    if (tensor) {
      const operand = this.stored(name, tensor);
      this.operands.set(name, operand);
      return operand;
    }
    if (this.outer) return this.outer.operand(name);
    throw new SensoriumError({
      code: 'SENSORIUM_MISSING_INPUT',
      message: `the model's input "${name}" is needed and was not given`,
      hint: `Give importGraph a symbol for each input: ${this.graph.inputs.map((input) => input.name).join(', ')}.`,
    });
  }

  private storedAs(name: string): TensorProto | undefined {
    return this.graph.initializers.get(name) ?? this.outer?.storedAs(name);
  }

  private stored(name: string, proto: TensorProto): Operand {
    const tensor = decodeTensor(proto);
    if (!tensor) {
      const value = createValue('float32', [], { kind: 'stored', tensor: proto });
      return { name, value, dtype: undefined, shape: sizesOf(proto) };
    }
    const { isParameter } = this.context;
    const learned =
      this.weights.has(name) && isLearnable(tensor, this.biases.has(name)) && isParameter(describeTensor(name, proto));
    if (!learned) return operandOf(name, constantTensor(tensor), { content: contentOf(tensor) });
    return operandOf(name, this.parameter(proto, tensor));
  }

  private parameter(proto: TensorProto, { shape, data }: Tensor): Value {
    const { scope, parameterNames } = this.context;
    return scope.parameter(parameterNames.of(proto), shape, () => data as Float32Array, { pretrained: true }) as Value;
  }

  /** A weight that is stored in another form: quantised. */
  private storedWeight(node: NodeProto): Operand | undefined {
    const [name, proto] = [node.output[0], this.storedAs(node.input[0] ?? '')];
    if (!name || !proto || !this.weights.has(name)) return undefined;
    const weight = recordOf(node)?.storedWeight?.(node, (input) => this.storedAs(input));
    if (!weight || !isLearnable(weight, this.biases.has(name))) return undefined;
    const { dtype, shape } = weight;
    // What is not learned stays as small as it is stored.
    return this.context.isParameter({ name: proto.name, dtype, shape })
      ? operandOf(name, this.parameter(proto, weight))
      : undefined;
  }

  /** @param wanted names of values that are read */
  private node(node: NodeProto, wanted: ReadonlySet<string>): void {
    const call: Call = new Call(
      node,
      node.input.map((name) => (name ? this.operand(name) : undefined)),
      this.context.batch,
      (axis) => this.unknownSize(call, axis),
      (name) => wanted.has(name),
    );
    const branch = takenBranch(call);
    const weight = this.storedWeight(node);
    const outputs = weight ? [weight] : branch ? this.branch(branch, node) : this.outputsOf(call);
    for (const [index, output] of outputs.entries()) {
      const name = node.output[index];
      if (!name || this.operands.has(name)) continue;
      this.operands.set(name, { ...output, name });
      if (!isKnown(output) && !this.origins.has(output.value)) {
        const [before] = call.inputs.flatMap((operand) => (operand && this.originOf(operand)) ?? []);
        this.origins.set(output.value, (!outOfSequence.has(node.opType) && before) || { name, node });
      }
    }
  }

  /** The branch of an If whose condition is known is part of this graph. */
  private branch(graph: GraphProto, node: NodeProto): Operand[] {
    const captured = new Set(capturedBy(node));
    const own = indexGraph(graph, (name) => captured.has(name));
    return new GraphImporter(this.context, own, new Map(), this).run(graph.output.map(({ name }) => name));
  }

  private outputsOf(call: Call): Operand[] {
    const content = foldWithin(this.context.folding, call);
    if (content && isNumeric(content)) {
      return [operandOf('', constantTensor(tensorOf(content)), { content })];
    }
    // A size that is known in part only is computed as well: of the whole batch, of which the content does not speak.
    const ofBatch = isBatched(call) ? 0 : undefined;
    const axes: BatchAxes = content ? () => ofBatch : batchAxesOf(call);
    return this.build(call, axes).map((operand, index) => ({ ...operand, content, batchAxis: axes(index) }));
  }

  private build(call: Call, axes: BatchAxes): Operand[] {
    const attempt = call.inputs.every((operand) => !operand || isKnown(operand))
      ? this.lowered(call, axes(0))
      : undefined;
    if (attempt && typeof attempt !== 'string') return attempt.map((value) => operandOf('', value as Value));
    return opaque(call, {
      captured: capturedBy(call.node).map((name) => this.operand(name)),
      opset: this.context.model.opset,
      opsets: this.context.model.opsets,
      stored: (name) => this.storedAs(name),
      declared: (name, index) => this.declared(name, axes(index), call),
      unknown: (name, axis) => this.unknown(`${name}.${axis}`),
      reason: attempt,
    });
  }

  /** The outputs in operators of ours; or why there are none, for an error that comes later. */
  private lowered(call: Call, batchAxis: number | undefined): readonly SymbolicTensor[] | string | undefined {
    try {
      return madeFor(describeNode(call.node), () => lower(call, batchAxis));
    } catch (error) {
      if (!SensoriumError.is(error)) throw error;
      // Beyond a batch, an operator may need to know a size that is open: ONNX Runtime will know it.
      const from = recordOf(call.node)?.alongAnyAxis ? 0 : 1;
      if (call.given.some(({ shape }) => shape.slice(from).some((size) => typeof size === 'string'))) {
        return error.message;
      }
      const { code, message, hint = CONTRADICTION } = error;
      throw new SensoriumError({ code, message: `${describeNode(call.node)}: ${message}`, hint, cause: error });
    }
  }

  /** What the caller or the file says about a value. */
  private declared(name: string, batchAxis: number | undefined, call: Call): PartlyInferred {
    const { shapes } = this.context;
    const stated = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    const { dtype, shape } = describeType(name, this.graph.types.get(name));
    // What computes features is float32, as a rule; another type has to be in the file.
    if (stated) return { dtype: dtype ?? 'float32', shape: stated };
    const here = shape?.map((size) =>
      typeof size === 'number' ? size : (this.context.sizes.get(size) ?? this.unknown(size)),
    );
    return { dtype, shape: here && call.withBatch(here, batchAxis) };
  }

  /** Of the first output, as the file declares it. */
  private unknownSize(call: Call, axis: number): Dimension {
    const name = outputName(call.node, 0);
    return this.declared(name, undefined, call).shape?.[axis] ?? this.unknown(`${name}.${axis}`);
  }

  /** A name for a size that is not known. Two imports of one file do not share it. */
  private unknown(name: string): string {
    return `${this.context.scope.path}:${name.replaceAll('*', '×')}`;
  }
}

function takenBranch(call: Call): GraphProto | undefined {
  if (call.node.opType !== 'If' || call.node.domain !== '') return undefined;
  const condition = call.scalar(0);
  if (condition === undefined) return undefined;
  return attributeOf(call.node, condition ? 'then_branch' : 'else_branch')?.g;
}
