import type { SymbolicTensor } from '@sensorium/contracts';
import { nodesInOrder, valueOf, type Node, type Value } from '@sensorium/graph/transform';

/**
 * Where the numbers of a fed tensor come to be ones that a gradient is of: float32 is so itself; whole numbers are, where they are
 * cast (pixels), or where they are looked up as ids, as the vectors that stand for them. Each entry has the tensor's elements in
 * their order, or a vector for each of them.
 */
export function entriesOf(fed: SymbolicTensor, outputs: readonly SymbolicTensor[]): SymbolicTensor[] {
  if (fed.dtype === 'float32') return [fed];
  const whole = new Set<Value>([valueOf(fed)]);
  const entries: Value[] = [];
  for (const node of nodesInOrder(outputs.map(valueOf))) {
    const [output] = node.outputs;
    if (!output || !node.inputs.some((input) => input !== null && whole.has(input))) continue;
    if (output.dtype === 'float32') {
      if (isEntry(node, whole)) entries.push(output);
    } else if (keepsElements.has(node.definition.type)) whole.add(output);
  }
  return entries;
}

/** Operators that leave the elements where they are: another shape or type of them, a number added to all ids of a column. */
const keepsElements: ReadonlySet<string> = new Set(['Add', 'Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** What comes of comparing (a mask) is none: nothing flows back through it. */
const isEntry = ({ definition: { type }, inputs: [first, second] }: Node, whole: ReadonlySet<Value>): boolean =>
  type === 'Cast' || (type === 'Gather' && Boolean(second && whole.has(second)) && !(first && whole.has(first)));
