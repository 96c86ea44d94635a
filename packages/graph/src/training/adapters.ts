import type { SymbolicTensor } from '@sensorium/contracts';
import { normal, zeros } from '../initialize.js';
import { applyNode, single } from '../operator.js';
import { add, mul } from '../operators/arithmetic.js';
import { gemm, matmul } from '../operators/linear-algebra.js';
import { reshape, transpose } from '../operators/shaping.js';
import { rewrite } from '../rewrite.js';
import type { Parameter } from '../scope.js';
import { nodesInOrder } from '../traverse.js';
import { createValue, valueOf, type Node, type Value } from '../value.js';

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
}

export interface AdapterOptions extends Group {
  readonly parameter: Parameter;
  readonly rank: number;
  readonly alpha: number;
}

/** Two thin matrices whose product is added to a frozen weight. */
interface Adapter {
  readonly parameter: Parameter;
  /** [in,rank] and [rank,out], in the order in which the input meets them. */
  readonly down: Trained;
  readonly up: Trained;
  readonly scale: number;
  readonly use: Use;
}

/** How a weight is read. `product`: x·W, `transposed`: x·Wᵀ, `pointwise`: as a 1×1 convolution [out,in,1,1]. */
type Use = 'product' | 'transposed' | 'pointwise';

export interface AdaptedGraph {
  readonly outputs: readonly Value[];
  readonly trained: readonly Trained[];
  readonly adapted: readonly Adapted[];
}

/**
 * Low-rank adaptation (Hu et al. 2022): where a weight W is multiplied with an input, x·W becomes x·W + alpha/rank · x·A·B.
 * A starts random, B at 0, so that training starts from the model as it was. It works for the right factor of Gemm and
 * MatMul and for 1×1 convolutions without groups; other parameters stay as they are.
 */
export function adapt(outputs: readonly Value[], wanted: readonly AdapterOptions[]): AdaptedGraph {
  const uses = usesOf(outputs, new Set(wanted.map(({ parameter }) => valueOf(parameter.symbol))));
  const adapters = new Map<Value, Adapter>();
  for (const options of wanted) {
    const weight = valueOf(options.parameter.symbol);
    const use = uses.get(weight);
    if (use) adapters.set(weight, createAdapter(options, use));
  }
  const rewritten = rewrite(outputs, new Map(), (node, inputs) => {
    const [, weight] = node.inputs;
    const adapter = weight ? adapters.get(weight) : undefined;
    return adapter && [withAdapter(node, inputs, adapter)];
  });
  const all = [...adapters.values()];
  return {
    outputs: rewritten,
    trained: all.flatMap(({ down, up }) => [down, up]),
    adapted: all.map((adapter) => ({ parameter: adapter.parameter, merged: merge(adapter) })),
  };
}

/** Of each weight that is read in one way only, and one that an adapter can stand beside. */
function usesOf(outputs: readonly Value[], weights: ReadonlySet<Value>): Map<Value, Use> {
  const found = new Map<Value, Use | undefined>();
  for (const node of nodesInOrder(outputs)) {
    for (const [position, value] of node.inputs.entries()) {
      if (!value || !weights.has(value)) continue;
      const use = useOf(node, position);
      found.set(value, found.has(value) && found.get(value) !== use ? undefined : use);
    }
  }
  return new Map([...found].flatMap(([value, use]) => (use ? [[value, use] as const] : [])));
}

function useOf({ definition: { type }, attributes, inputs }: Node, position: number): Use | undefined {
  if (position !== 1) return undefined;
  const shape = inputs[1]?.shape ?? [];
  if (type === 'MatMul' && shape.length === 2) return 'product';
  if (type === 'Gemm') return attributes['transB'] ? 'transposed' : 'product';
  const isPointwise = type === 'Conv' && attributes['group'] === 1 && shape.slice(2).every((size) => size === 1);
  return isPointwise ? 'pointwise' : undefined;
}

function createAdapter({ parameter, rank, alpha, rate, weightDecay }: AdapterOptions, use: Use): Adapter {
  const [rows, columns] = parameter.shape as readonly [number, number];
  const [inner, outer] = use === 'product' ? [rows, columns] : [columns, rows];
  const half = (name: string, shape: readonly number[], initialize: Parameter['initialize']): Trained => {
    const full = `${parameter.name}/${name}`;
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
const asKernel = ({ symbol, shape: [inner = 1, outer = 1] }: Trained, { shape }: Value): SymbolicTensor =>
  reshape(transpose(symbol), [outer, inner, ...shape.slice(2).map(() => 1)]);

function merge({ parameter, down, up, scale, use }: Adapter): SymbolicTensor {
  const product = mul(gemm(down.symbol, up.symbol), scale);
  return add(parameter.symbol, use === 'product' ? product : reshape(transpose(product), parameter.shape));
}
