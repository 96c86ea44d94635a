import type { SymbolicTensor } from '@sensorium/contracts';
import { applyNode } from './operator.js';
import { dependenciesOf, isSubgraph, nodesInOrder } from './traverse.js';
import { valueOf, type Attribute, type Node, type Value } from './value.js';

export type Replacements = Map<Value, Value>;

/** What stands for a node, given its inputs after all replacements; undefined: the node itself. */
export type ReplaceNode = (node: Node, inputs: readonly (Value | null)[]) => readonly SymbolicTensor[] | undefined;

/**
 * The values `outputs` of a graph in which `replacements` stand for other values. Nodes that read a replaced value are
 * copied, all others stay shared. `replacements` also learns what became of every value on the way.
 */
export function rewrite(outputs: readonly Value[], replacements: Replacements, replaceNode?: ReplaceNode): Value[] {
  const current = (value: Value): Value => replacements.get(value) ?? value;
  for (const node of nodesInOrder(outputs)) {
    const inputs = node.inputs.map((value) => value && current(value));
    const replaced = replaceNode?.(node, inputs);
    const isStale = dependenciesOf(node).some((value) => replacements.has(value));
    if (!replaced && !isStale) continue;
    const made = replaced?.map(valueOf) ?? copy(node, inputs, replacements);
    for (const [index, output] of node.outputs.entries()) {
      const successor = made[index];
      if (successor && !replacements.has(output)) replacements.set(output, successor);
    }
  }
  return outputs.map(current);
}

function copy(node: Node, inputs: readonly (Value | null)[], replacements: Replacements): Value[] {
  const attributes = Object.entries(node.attributes).map(([name, value]): [string, Attribute | undefined] => [
    name,
    isSubgraph(value) ? { ...value, outputs: rewrite(value.outputs, new Map(replacements)) } : value,
  ]);
  return applyNode(node.definition, inputs, Object.fromEntries(attributes));
}
