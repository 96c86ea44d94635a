import type { NodeProto } from '@sensorium/graph/protobuf';
import { typeOf } from '@sensorium/graph/protobuf';
import { activation } from './activation.js';
import { arithmetic } from './arithmetic.js';
import { attention } from './attention.js';
import { blocks } from './blocks.js';
import { constants } from './constants.js';
import { control } from './control.js';
import { convolution } from './convolution.js';
import { linearAlgebra } from './linear-algebra.js';
import { logic } from './logic.js';
import { losses } from './losses.js';
import { microsoft } from './microsoft.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { quantization } from './quantization.js';
import { random } from './random.js';
import { recurrence } from './recurrence.js';
import { reduction } from './reduction.js';
import { resizing } from './resizing.js';
import { selection } from './selection.js';
import { sequences } from './sequences.js';
import { shaping } from './shaping.js';
import { slicing } from './slicing.js';
import { spectral } from './spectral.js';
import { standardAttention } from './standard-attention.js';
import { text } from './text.js';
import { trigonometry } from './trigonometry.js';
import type { OperatorRecord, Operators } from './record.js';

const families: readonly Operators[] = [
  activation,
  arithmetic,
  attention,
  blocks,
  constants,
  control,
  convolution,
  linearAlgebra,
  logic,
  losses,
  microsoft,
  normalization,
  pooling,
  quantization,
  random,
  recurrence,
  reduction,
  resizing,
  selection,
  sequences,
  shaping,
  slicing,
  spectral,
  standardAttention,
  text,
  trigonometry,
];

/** Every operator that a node may have: of the standard set of any version that is read, and of ONNX Runtime's own. */
export const allOperators: ReadonlyMap<string, OperatorRecord> = join(families);

function join(all: readonly Operators[]): Map<string, OperatorRecord> {
  const joined = new Map<string, OperatorRecord>();
  for (const [type, record] of all.flatMap((family) => Object.entries(family))) {
    if (joined.has(type)) throw new Error(`two families have an operator ${type}`);
    joined.set(type, record);
  }
  return joined;
}

/** What is known of a node's operator; undefined for one that does not exist, or of another library. */
export const recordOf = (node: NodeProto): OperatorRecord | undefined => allOperators.get(typeOf(node));
