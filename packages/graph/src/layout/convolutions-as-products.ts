import type { SymbolicTensor } from '@sensorium/contracts';
import { rewrite } from '../rewrite.js';
import { dependenciesOf, nodesInOrder } from '../traverse.js';
import { valueOf, type Value } from '../value.js';
import { batchFirst } from './batch-last.js';
import { ruleFor, type LastForms } from './rules.js';

/**
 * The values `outputs` of a graph in which convolutions over a batch that depend on `learned` are matrix products, and what
 * follows them element by element, by channel or by reduction is computed with the batch last, so that nothing is moved in
 * between. On a processor such a step takes half the time: ONNX Runtime convolves and deconvolves one image after the other.
 */
export function convolutionsAsProducts(
  outputs: readonly SymbolicTensor[],
  learned: readonly SymbolicTensor[],
): Value[] {
  const values = outputs.map(valueOf);
  const moving = dependentOn(learned.map(valueOf), values);
  const forms: LastForms = new Map();
  return rewrite(values, new Map(), (node, inputs) => {
    const [output] = node.outputs;
    if (!output || !moving.has(output)) return undefined;
    const made = ruleFor(node)?.(node, inputs, forms);
    if (!made) return undefined;
    if ('whole' in made) return [made.whole];
    const natural = valueOf(batchFirst(made.last));
    forms.set(natural, made.last);
    return [natural];
  });
}

function dependentOn(learned: readonly Value[], outputs: readonly Value[]): Set<Value> {
  const found = new Set(learned);
  for (const node of nodesInOrder(outputs)) {
    if (dependenciesOf(node).some((value) => found.has(value))) node.outputs.forEach((output) => found.add(output));
  }
  return found;
}
