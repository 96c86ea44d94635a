import { recordOf } from '../operators/index.js';
import type { Call } from './call.js';
import type { Content } from './operand.js';

/**
 * What a node computes from sizes and other numbers that are known while the graph is built, or undefined where it
 * depends on more. Files compute the shapes of their Reshapes in this way.
 */
export function fold(call: Call): Content | undefined {
  if (call.outputs !== 1) return undefined;
  const record = recordOf(call.node);
  if (record?.foldShape) return record.foldShape(call);
  const contents = call.inputs.map((operand) => operand?.content);
  if (call.inputs.some((operand, index) => operand && !contents[index])) return undefined;
  const [first, ...others] = contents;
  return first && record?.fold?.(call, first, others);
}
