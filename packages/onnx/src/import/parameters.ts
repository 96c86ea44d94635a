import type { Tensor } from '@sensorium/contracts';
import type { NodeProto, TensorProto } from '@sensorium/graph/protobuf';
import { recordOf } from '../operators/index.js';
import type { IndexedGraph } from '../read/order.js';
import type { TensorDescription } from '../read/describe.js';

/**
 * The rule for what is learned: a float32 tensor of at least one axis and more than one element, or the bias of a product
 * or a convolution, that an operator reads as a weight, directly or reshaped. Everything else stays a constant: scalars (an
 * epsilon, a factor), shapes, tables of indices, what operators of other domains read that are kept as they are. Weights that
 * are stored in whole numbers, behind a DequantizeLinear, are learned as what that gives.
 */
export function weightsOf(graph: IndexedGraph): ReadonlySet<string> {
  const weights = new Set<string>();
  // Backwards, so that of every node it is known what becomes of its output.
  for (const node of graph.nodes.toReversed()) weightsReadBy(node, weights).forEach((name) => weights.add(name));
  return weights;
}

function weightsReadBy(node: NodeProto, weights: ReadonlySet<string>): string[] {
  const { input, output } = node;
  const { passesWeights, weights: positions = [] } = recordOf(node) ?? {};
  if (passesWeights) {
    const passed = passesWeights === 'all' ? input : input.slice(0, 1);
    return output.some((name) => weights.has(name)) ? [...passed] : [];
  }
  return positions.flatMap((index) => input[index] || []);
}

/** Biases may have one element: those of a model with one output. */
export const biasesOf = ({ nodes }: IndexedGraph): ReadonlySet<string> =>
  new Set(nodes.flatMap((node) => node.input[recordOf(node)?.bias ?? Infinity] || []));

export const isLearnable = ({ dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>, isBias: boolean): boolean =>
  dtype === 'float32' && shape.length > 0 && (isBias || shape.reduce((a, b) => a * b, 1) > 1);

/** Decides about one stored tensor of the file that could be learned. */
export type IsParameter = (weight: TensorDescription) => boolean;

/**
 * Gives every stored tensor a name as parameters have them: `block1/conv/kernel`, unique and free of what files allow.
 * The names do not depend on what of the model is imported.
 */
export class ParameterNames {
  private readonly names = new Map<TensorProto, string>();
  private readonly used = new Set<string>();

  constructor(tensors: Iterable<TensorProto>) {
    for (const tensor of tensors) this.of(tensor);
  }

  of(tensor: TensorProto): string {
    const name = this.names.get(tensor) ?? this.unique(tensor.name);
    this.names.set(tensor, name);
    return name;
  }

  private unique(name: string): string {
    // ':' is left out, because training names the slots of an optimizer with it.
    const parts = name.split(/[/:]+/).map((part) => part.replace(/[^\w.-]+/g, '_'));
    const path = parts.filter(Boolean).join('/') || 'weight';
    let unique = path;
    for (let count = 2; this.used.has(unique); count++) unique = `${path}_${count}`;
    this.used.add(unique);
    return unique;
  }
}
