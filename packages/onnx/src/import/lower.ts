import type { SymbolicTensor } from '@sensorium/contracts';
import { recordOf } from '../operators/index.js';
import type { Call } from './call.js';

/** The outputs of a node, built from operators of ours; undefined where they cannot be. */
export function lower(call: Call, batchAxis: number | undefined): readonly SymbolicTensor[] | undefined {
  const result = recordOf(call.node)?.lower?.(call, batchAxis);
  if (!result) return undefined;
  const outputs = 'dtype' in result ? [result] : result;
  return outputs.length < call.outputs ? undefined : outputs;
}
