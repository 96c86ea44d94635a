import { recordOf } from '../operators/index.js';
import type { Call } from './call.js';
import type { Content } from './operand.js';

/** Numbers that are computed while a graph is built: many times as many as the shapes of any model have. */
const MOST = 2 ** 22;

/** How many numbers one import has computed already. */
export interface Folding {
  count: number;
}

/** As `fold`, up to a number of numbers; what is beyond it is computed when the graph runs. */
export function foldWithin(folding: Folding, call: Call): Content | undefined {
  const content = folding.count < MOST ? fold(call) : undefined;
  folding.count += content?.data.length ?? 0;
  return content;
}

/**
 * What a node computes from sizes and other numbers that are known while the graph is built, or undefined where it
 * depends on more. Files compute the shapes of their Reshapes in this way.
 */
function fold(call: Call): Content | undefined {
  if (call.outputs !== 1) return undefined;
  const record = recordOf(call.node);
  if (record?.foldShape) return record.foldShape(call);
  const contents = call.inputs.map((operand) => operand?.content);
  if (call.inputs.some((operand, index) => operand && !contents[index])) return undefined;
  const [first, ...others] = contents;
  return first && record?.fold?.(call, first, others);
}
