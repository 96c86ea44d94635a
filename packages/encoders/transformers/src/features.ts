import type { Features, SymbolicTensor } from '@sensorium/contracts';
import {
  cast,
  div,
  expand,
  constant,
  flatten,
  less,
  maximum,
  mul,
  range,
  slice,
  squeeze,
  sum,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import type { Pooling } from './architectures.js';
import { misfit } from './problem.js';

export interface Outputs {
  readonly model: string;
  /** How the chosen tensor is called, and what the file gives as its tokens. */
  readonly name: string;
  readonly value: SymbolicTensor;
  /** The vector that the model itself makes of a sample, [B,D]; where pooling is its own. */
  readonly vector: SymbolicTensor | undefined;
  /** float32 [B]; undefined where all are tokens of the sample. */
  readonly count: ((tokens: number) => SymbolicTensor) | undefined;
  readonly pooling: Pooling;
  readonly present: SymbolicTensor;
}

/** Features of what a model's file gives: [B,D], [B,T,D], or a grid [B,D,H,W]. */
export function featuresOf({ model, name, value, vector, count, pooling, present }: Outputs): Features {
  const { tokens, grid } = tokensOf(model, name, value);
  const [, length] = tokens.shape as readonly [unknown, number];
  const all = expand(constant([1], 'float32', [1, 1]), tokens.shape.slice(0, 2), present);
  const mask = count && length > 1 ? maskOf(count(length), length) : all;
  const pooled = vector ?? (pooling === 'first' ? firstOf(tokens) : meanOf(tokens, mask));
  return { tokens, mask, pooled, present, ...(grid && { grid }) };
}

function tokensOf(
  model: string,
  name: string,
  value: SymbolicTensor,
): { readonly tokens: SymbolicTensor; readonly grid?: readonly number[] } {
  const { shape, dtype } = value;
  const sizes = shape.slice(1);
  if (dtype === 'float32' && sizes.every((size) => typeof size === 'number')) {
    if (shape.length === 2) return { tokens: unsqueeze(value, 1) };
    if (shape.length === 3) return { tokens: value };
    if (shape.length === 4) return { tokens: transpose(flatten(value, 2), [0, 2, 1]), grid: sizes.slice(1) };
  }
  throw misfit(
    model,
    `"${name}" is ${dtype} ${formatShape(shape)}, which is no tensor of features`,
    'Name one in "output" that is float32 [batch,D], [batch,T,D] or [batch,D,H,W], all but the batch fixed.',
  );
}

/** [B,T], 1 for the first of a sample's tokens, at least one. */
const maskOf = (count: SymbolicTensor, length: number): SymbolicTensor =>
  cast(less(unsqueeze(cast(range(0, length), 'float32'), 0), unsqueeze(maximum(count, 1), 1)), 'float32');

const firstOf = (tokens: SymbolicTensor): SymbolicTensor => squeeze(slice(tokens, 1, 0, 1), 1);

function meanOf(tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const weights = unsqueeze(mask, 2);
  return div(sum(mul(tokens, weights), [1]), sum(weights, [1]));
}
