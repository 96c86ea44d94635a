import type { SymbolicTensor } from '@sensorium/contracts';
import { valueOf, type Node, type Subgraph, type Value } from './value.js';

export function isSubgraph(attribute: unknown): attribute is Subgraph {
  return typeof attribute === 'object' && attribute !== null && 'kind' in attribute && attribute.kind === 'subgraph';
}

/** The values a node reads: its inputs, and what its subgraphs read from outside themselves. */
export function dependenciesOf(node: Node): Value[] {
  const direct = node.inputs.filter((value) => value !== null);
  const nested = Object.values(node.attributes).filter(isSubgraph);
  return nested.length ? [...direct, ...nested.flatMap(freeValues)] : direct;
}

const free = new WeakMap<Subgraph, Value[]>();

/** The values from outside that the steps of a body read. */
function freeValues(body: Subgraph): Value[] {
  const known = free.get(body);
  if (known) return known;
  const nodes = nodesInside(body);
  const own = new Set([...body.inputs, ...nodes.flatMap(({ outputs }) => outputs)]);
  const read = [...nodes.flatMap(dependenciesOf), ...body.outputs];
  const found = [...new Set(read)].filter((value) => !own.has(value));
  free.set(body, found);
  return found;
}

/** The nodes that a body computes in every step. What does not depend on its inputs is outside. */
export function nodesInside(body: Subgraph): Node[] {
  const own = new Set<Value>(body.inputs);
  return nodesInOrder(body.outputs).filter((node) => {
    const isInside = dependenciesOf(node).some((value) => own.has(value));
    if (isInside) node.outputs.forEach((value) => own.add(value));
    return isInside;
  });
}

/** All nodes that `outputs` need, each after those it depends on. Iterative: graphs are deeper than the stack. */
export function nodesInOrder(outputs: readonly Value[]): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack = outputs.flatMap(producers).reverse();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (state.get(node) === undefined) {
      state.set(node, 'open');
      const waiting = dependenciesOf(node)
        .flatMap(producers)
        .filter((producer) => !state.has(producer));
      stack.push(...waiting.reverse());
      continue;
    }
    stack.pop();
    if (state.get(node) === 'open') order.push(node);
    state.set(node, 'done');
  }
  return order;
}

/** The values that no node computes, on which a graph rests: inputs, parameters, constants. */
export function leavesOf(outputs: readonly SymbolicTensor[]): Set<Value> {
  const roots = outputs.map(valueOf);
  const all = [...nodesInOrder(roots).flatMap(dependenciesOf), ...roots];
  return new Set(all.filter(({ source }) => source.kind !== 'node'));
}

function producers(value: Value): Node[] {
  return value.source.kind === 'node' ? [value.source.node] : [];
}
