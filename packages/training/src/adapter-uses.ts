import type { SymbolicTensor } from '@sensorium/contracts';
import type { Parameter } from '@sensorium/graph';
import { dependenciesOf, nodesInOrder, valueOf, type Node, type Value } from '@sensorium/graph/transform';

/**
 * How a weight is read. `product`: x·W, `transposed`: x·Wᵀ, `pointwise`: as a 1×1 convolution [out,in,1,…] without groups.
 * `other`: in other products, several ones, or after its numbers were put in another order.
 */
export type Use = 'product' | 'transposed' | 'pointwise' | 'other';

/** Operators that put numbers in another order or shape, and change none. */
const rearranging = new Set(['Reshape', 'Transpose', 'Squeeze', 'Unsqueeze']);

/** Of each weight that is read by products alone. */
export function usesOf(outputs: readonly Value[], weights: ReadonlySet<Value>): Map<Value, Use> {
  const found = new Map<Value, Set<Use | undefined>>([...weights].map((weight) => [weight, new Set()]));
  /** The weight of which a value is a rearrangement. */
  const origins = new Map<Value, Value>([...weights].map((weight) => [weight, weight]));
  for (const node of nodesInOrder(outputs)) {
    for (const value of dependenciesOf(node)) {
      const weight = origins.get(value);
      const [output] = node.outputs;
      if (!weight || !output) continue;
      if (rearranging.has(node.definition.type) && value === node.inputs[0]) origins.set(output, weight);
      else found.get(weight)?.add(useOf(node, value, weight));
    }
  }
  return new Map([...found].flatMap(([weight, uses]) => asOne([...uses]).map((use) => [weight, use] as const)));
}

/** Those of the parameters that an adapter can stand beside. */
export function adaptable(outputs: readonly SymbolicTensor[], parameters: readonly Parameter[]): Parameter[] {
  const uses = usesOf(outputs.map(valueOf), new Set(parameters.map(({ symbol }) => valueOf(symbol))));
  return parameters.filter(({ symbol }) => uses.has(valueOf(symbol)));
}

function asOne(uses: readonly (Use | undefined)[]): Use[] {
  const [first] = uses;
  if (first === undefined || uses.includes(undefined)) return [];
  return [uses.length === 1 ? first : 'other'];
}

/** Undefined for what is no product, for biases, and for convolutions that look at neighbours. */
function useOf({ definition: { type }, attributes, inputs }: Node, value: Value, weight: Value): Use | undefined {
  const isOwnFactor = value === weight && inputs.indexOf(value) === 1 && inputs.lastIndexOf(value) === 1;
  if (type === 'MatMul') return isOwnFactor && value.shape.length === 2 ? 'product' : 'other';
  if (type === 'Gemm') {
    if (value === inputs[2]) return undefined;
    return isOwnFactor ? (attributes['transB'] ? 'transposed' : 'product') : 'other';
  }
  const isPointwise = type === 'Conv' && value === inputs[1] && value.shape.slice(2).every((size) => size === 1);
  if (!isPointwise) return undefined;
  return isOwnFactor && attributes['group'] === 1 ? 'pointwise' : 'other';
}
