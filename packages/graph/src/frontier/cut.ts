import { required, type SymbolicTensor } from '@sensorium/contracts';
import { rewrite } from '../rewrite.js';
import { leavesOf } from '../traverse.js';
import { valueOf } from '../value.js';

/** A graph that reads `replacements` where another computes `values`, one for each. */
export function replaceValues(
  outputs: readonly SymbolicTensor[],
  values: readonly SymbolicTensor[],
  replacements: readonly SymbolicTensor[],
): SymbolicTensor[] {
  const pairs = values.map(
    (value, index) => [valueOf(value), valueOf(required(replacements[index], 'a replacement'))] as const,
  );
  return rewrite(outputs.map(valueOf), new Map(pairs));
}

/** The names of the inputs that a graph reads. */
export const inputsOf = (outputs: readonly SymbolicTensor[]): Set<string> =>
  new Set([...leavesOf(outputs)].flatMap(({ source }) => (source.kind === 'input' ? [source.name] : [])));
