import { recordOf } from '../operators/index.js';
import type { PartlyInferred, Unknown } from '../operators/record.js';
import type { Call } from './call.js';

/** What the inputs of a node that is kept as it is tell about its output number `index`. */
export function inferOpaque(call: Call, index: number, unknown: Unknown): PartlyInferred {
  const { infer, inferEvery } = recordOf(call.node) ?? {};
  if (inferEvery) return inferEvery(call, unknown, index);
  return infer && index === 0 ? infer(call, unknown) : {};
}
