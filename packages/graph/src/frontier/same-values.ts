import type { SymbolicTensor } from '@sensorium/contracts';
import { isSubgraph, nodesInOrder } from '../traverse.js';
import { valueOf, type Attributes, type Node, type Value } from '../value.js';

/**
 * Finds in the graph that computes `outputs` the values that are computed like `values` of another graph: by the same operators
 * from the same constants, inputs and parameters, these by name. Undefined where there is none.
 */
export function sameValues(
  values: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): (SymbolicTensor | undefined)[] {
  const numbers = new Numbering();
  const there = new Map<number, Value>();
  for (const value of reachable(outputs.map(valueOf))) there.set(numbers.of(value), value);
  for (const value of reachable(values.map(valueOf))) numbers.of(value);
  return values.map((value) => there.get(numbers.of(valueOf(value))));
}

/** Every value of a graph, after those it depends on. */
const reachable = (outputs: readonly Value[]): Value[] => [
  ...nodesInOrder(outputs).flatMap((node) => [...node.inputs.filter((input) => input !== null), ...node.outputs]),
  ...outputs,
];

/** Gives what is computed in the same way the same number (hash-consing). */
class Numbering {
  private readonly byKey = new Map<string, number>();
  private readonly byValue = new Map<Value, number>();

  of(value: Value): number {
    const known = this.byValue.get(value);
    if (known !== undefined) return known;
    const key = this.keyOf(value);
    const number = this.byKey.get(key) ?? this.byKey.size;
    this.byKey.set(key, number);
    this.byValue.set(value, number);
    return number;
  }

  private keyOf({ source, dtype, shape }: Value): string {
    switch (source.kind) {
      case 'input':
      case 'parameter':
        return `${source.kind} ${source.name} ${dtype} ${shape.join()}`;
      case 'stored':
        return `stored ${source.tensor.name} ${dtype} ${shape.join()}`;
      case 'constant':
        return `constant ${dtype} ${shape.join()} ${source.tensor.data.join()}`;
      case 'node':
        return `${this.nodeKey(source.node)} ${source.index}`;
    }
  }

  private nodeKey({ id, definition: { domain, type }, inputs, attributes }: Node): string {
    const operands = inputs.map((input) => (input ? this.of(input) : '')).join();
    return `${domain} ${type} ${operands} ${attributesKey(attributes, id)}`;
  }
}

/** A node with a graph inside is like no other. */
function attributesKey(attributes: Attributes, id: number): string {
  return Object.values(attributes).some(isSubgraph) ? `node ${id}` : JSON.stringify(attributes, inFull);
}

/** JSON knows no typed arrays and no bigint. */
function inFull(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`;
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as Iterable<number | bigint>, String) : value;
}
