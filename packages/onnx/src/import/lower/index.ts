import type { SymbolicTensor } from '@sensorium/contracts';
import { typeOf } from '@sensorium/graph/protobuf';
import type { Call } from '../call.js';
import { activation } from './activation.js';
import { arrays } from './arrays.js';
import { attentions } from './attention.js';
import { blocks } from './blocks.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { linearAlgebra } from './linear-algebra.js';
import type { Lowerings } from './lowering.js';
import { microsoft } from './microsoft.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { recurrence } from './recurrence.js';
import { reduction } from './reduction.js';
import { resizing } from './resize.js';
import { selection } from './selection.js';
import { slicing } from './slicing.js';

const lowerings: Lowerings = {
  ...activation,
  ...arrays,
  ...attentions,
  ...blocks,
  ...convolution,
  ...elementwise,
  ...linearAlgebra,
  ...microsoft,
  ...normalization,
  ...pooling,
  ...recurrence,
  ...reduction,
  ...resizing,
  ...selection,
  ...slicing,
};

/** The types of all operators that are built from ours; those of other domains with the domain in front. */
export const loweredTypes: readonly string[] = Object.keys(lowerings);

/** The outputs of a node, built from operators of ours; undefined where they cannot be. */
export function lower(call: Call, batchAxis: number | undefined): readonly SymbolicTensor[] | undefined {
  const type = typeOf(call.node);
  const lowering = Object.hasOwn(lowerings, type) ? lowerings[type] : undefined;
  const result = lowering?.(call, batchAxis);
  if (!result) return undefined;
  const outputs = 'dtype' in result ? [result] : result;
  return outputs.length < call.outputs ? undefined : outputs;
}
