import { required, type SymbolicTensor } from '@sensorium/contracts';
import { normal, zeros, single, add, mul, gemm, matmul, reshape, transpose, type Parameter } from '@sensorium/graph';
import { at, applyNode, rewrite, createValue, valueOf, type Node, type Value } from '@sensorium/graph/transform';
import { usesOf, type Use } from './adapter-uses.js';

/** How a tensor is trained in its group. */
export interface Group {
  /** Factor of the learning rate. */
  readonly rate: number;
  /** In place of the optimizer's, also where the parameter would not decay. */
  readonly weightDecay?: number;
}

/** A tensor that is trained: a parameter, or half of an adapter. */
export interface Trained extends Parameter, Group {}

/** A parameter that is not trained itself and has an adapter. */
export interface Adapted {
  readonly parameter: Parameter;
  /** The parameter and what its adapter adds, of the parameter's shape. */
  readonly merged: SymbolicTensor;
  /** Of its adapter. */
  readonly halves: readonly Trained[];
}

export interface AdapterOptions extends Group {
  readonly parameter: Parameter;
  readonly rank: number;
  readonly alpha: number;
}

/** Two thin matrices whose product is added to a frozen weight. */
interface Adapter {
  readonly parameter: Parameter;
  /** [in,rank] and [rank,out], in the order in which the input meets them; of other uses [..,rows,rank] and [..,rank,columns]. */
  readonly down: Trained;
  readonly up: Trained;
  readonly scale: number;
  readonly use: Use;
}

export interface AdaptedGraph {
  readonly outputs: readonly Value[];
  readonly trained: readonly Trained[];
  readonly adapted: readonly Adapted[];
}

/**
 * Low-rank adaptation (Hu et al. 2022): where a weight W is multiplied with an input, x·W becomes x·W + alpha/rank · x·A·B.
 * A starts random, B at 0, so that training starts from the model as it was. Where x·A·B is not as simple (left factors,
 * stacks of matrices, groups of channels, weights that are transposed or reshaped first, or read several times) the product
 * reads W + alpha/rank · A·B. It works for all factors of Gemm and MatMul and for 1×1 convolutions; other parameters stay
 * as they are.
 */
export function adapt(outputs: readonly Value[], wanted: readonly AdapterOptions[]): AdaptedGraph {
  const uses = usesOf(outputs, new Set(wanted.map(({ parameter }) => valueOf(parameter.symbol))));
  const all = wanted.flatMap((options): Adapter[] => {
    const use = uses.get(valueOf(options.parameter.symbol));
    return use ? [createAdapter(options, use)] : [];
  });
  const adapted = all.map((adapter) => ({
    parameter: adapter.parameter,
    merged: merge(adapter),
    halves: [adapter.down, adapter.up],
  }));
  const beside = new Map<Value, Adapter>();
  const replaced = new Map<Value, Value>();
  for (const [index, adapter] of all.entries()) {
    const weight = valueOf(adapter.parameter.symbol);
    if (adapter.use === 'other') replaced.set(weight, valueOf(required(adapted[index], 'an adapter').merged));
    else beside.set(weight, adapter);
  }
  const rewritten = rewrite(outputs, replaced, (node, inputs) => {
    const [, weight] = node.inputs;
    const adapter = weight ? beside.get(weight) : undefined;
    return adapter && [withAdapter(node, inputs, adapter)];
  });
  return { outputs: rewritten, trained: all.flatMap(({ down, up }) => [down, up]), adapted };
}

function createAdapter({ parameter, rank, alpha, rate, weightDecay }: AdapterOptions, use: Use): Adapter {
  const { stack, inner, outer } = matricesOf(parameter, use);
  const half = (name: string, matrix: readonly number[], initialize: Parameter['initialize']): Trained => {
    const full = `${parameter.name}/${name}`;
    const shape = [...stack, ...matrix];
    const symbol = createValue('float32', shape, { kind: 'parameter', name: full, initialize, decay: true });
    return { name: full, shape, initialize, decay: true, pretrained: false, rate, weightDecay, symbol };
  };
  return {
    parameter,
    down: half('lora-down', [inner, rank], normal(1 / Math.sqrt(inner))),
    up: half('lora-up', [rank, outer], zeros),
    scale: alpha / rank,
    use,
  };
}

/** A weight as one matrix, or a stack of them. Axes of size 1 are none: those of a 1×1 kernel, or put in to fit. */
function matricesOf({ shape }: Parameter, use: Use): { stack: readonly number[]; inner: number; outer: number } {
  const sizes = use === 'other' ? shape.filter((size) => size !== 1) : shape.slice(0, 2);
  const [rows, columns] = [1, 1, ...sizes].slice(-2) as [number, number];
  if (use === 'transposed' || use === 'pointwise') return { stack: [], inner: columns, outer: rows };
  return { stack: sizes.slice(0, -2), inner: rows, outer: columns };
}

/** The node's own output and the adapter's share. */
function withAdapter(node: Node, inputs: readonly (Value | null)[], adapter: Adapter): SymbolicTensor {
  const [x] = inputs;
  if (!x) throw new Error(`${node.definition.type} has no input`);
  const own = single(applyNode(node.definition, inputs, node.attributes));
  const alpha = typeof node.attributes['alpha'] === 'number' ? node.attributes['alpha'] : 1;
  return add(own, mul(throughAdapter(node, x, adapter), adapter.scale * alpha));
}

function throughAdapter({ definition, attributes }: Node, x: Value, { down, up }: Adapter): SymbolicTensor {
  if (definition.type === 'MatMul') return matmul(matmul(x, down.symbol), up.symbol);
  if (definition.type === 'Gemm') return gemm(gemm(x, down.symbol, Boolean(attributes['transA'])), up.symbol);
  const plain = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, Array.isArray(value) ? value.map(neutral(name)) : value]),
  );
  const narrow = single(applyNode(definition, [x, asKernel(down, x)], attributes));
  return single(applyNode(definition, [narrow, asKernel(up, x)], plain));
}

/** Strides and padding were applied on the way down. */
const neutral = (name: string) => () => (name === 'pads' ? 0 : 1);

/** [in,out] → [out,in,1,…] for inputs [B,C,…] */
function asKernel({ symbol, shape }: Trained, x: Value): SymbolicTensor {
  const [inner, outer] = [at(shape, 0), at(shape, 1)];
  return reshape(transpose(symbol), [outer, inner, ...x.shape.slice(2).map(() => 1)]);
}

function merge({ parameter, down, up, scale, use }: Adapter): SymbolicTensor {
  const product = mul(matmul(down.symbol, up.symbol), scale);
  const isTurned = use === 'transposed' || use === 'pointwise';
  return add(parameter.symbol, reshape(isTurned ? transpose(product) : product, parameter.shape));
}
