import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  concat,
  constant,
  cos,
  div,
  dropout,
  knownSize,
  linear,
  log,
  max,
  maximum,
  mul,
  reshape,
  sin,
  slice,
  standardize,
  sub,
  sum,
  transformerBlock,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import { type LearnedOptions, networkOf } from './options.js';

interface Fed {
  /** [B,C,K] */
  readonly values: SymbolicTensor;
  /** uint8 [B,C,K] */
  readonly known: SymbolicTensor;
  /** uint8 [B,K] */
  readonly valid: SymbolicTensor;
  /** [B,K] */
  readonly times: SymbolicTensor;
}

/** Rows of series → features: a token for every `patch` rows. */
export function buildFeatures(scope: Scope, fed: Fed, present: SymbolicTensor, given: LearnedOptions): Features {
  const { patch, spacing, dropout: rate } = given;
  const { dim, depth, heads } = networkOf(given);
  const valid = cast(fed.valid, 'float32');
  const rows = rowFeatures(fed, valid, given);
  const [kept, width] = [knownSize(rows.shape, 1), knownSize(rows.shape, 2)];
  const count = kept / patch;
  const batch = present.shape.slice(0, 1);
  const mask = max(reshape(valid, [...batch, count, patch]), [2]);
  const ends = slice(reshape(div(fed.times, spacing), [...batch, count, patch]), 2, patch - 1, patch);
  let x = add(
    linear(scope.at('rows'), reshape(rows, [...batch, count, patch * width]), dim),
    linear(scope.at('time'), wavesOf(ends), dim, { bias: false }),
  );
  for (let layer = 0; layer < depth; layer++) {
    x = transformerBlock(scope.at(`layer${layer}`), x, { heads, mask, dropout: rate });
  }
  const tokens = linear(scope.at('project'), dropout(scope, standardize(x), rate), dim);
  const pooled = div(sum(mul(tokens, unsqueeze(mask, 2)), [1]), maximum(sum(mask, [1], { keep: true }), 1));
  return { tokens, mask, pooled, present };
}

/**
 * [B,K,2·C+1]: the values, standardized, which of them were measured, and log(1 + spacings since the row before). Rows before
 * the first one are 0.
 */
function rowFeatures({ values, known, times }: Fed, valid: SymbolicTensor, given: LearnedOptions): SymbolicTensor {
  const column = (numbers: readonly number[]): SymbolicTensor => constant(numbers, 'float32', [numbers.length, 1]);
  const standard = div(sub(values, column(given.mean)), column(given.deviation));
  const all = concat([standard, cast(known, 'float32'), unsqueeze(waits(times, valid, given.spacing), 1)], 1);
  return transpose(mul(all, unsqueeze(valid, 1)), [0, 2, 1]);
}

/** log(1 + spacings since the row before), 0 of the first row: [B,K] → [B,K]. */
function waits(times: SymbolicTensor, valid: SymbolicTensor, spacing: number): SymbolicTensor {
  const kept = knownSize(times.shape, 1);
  if (kept === 1) return mul(times, 0);
  const steps = sub(slice(times, 1, 1, kept), slice(times, 1, 0, kept - 1));
  const real = mul(steps, slice(valid, 1, 0, kept - 1));
  const first = mul(slice(times, 1, 0, 1), 0);
  return concat([first, log(add(div(real, spacing), 1))], 1);
}

const WAVES = 16;
const LONGEST_WAVE = 10_000;

/** Sines and cosines of times, as of positions in Vaswani et al. (2017), but of any time: [B,T,1] → [B,T,32]. */
function wavesOf(times: SymbolicTensor): SymbolicTensor {
  const frequencies = Array.from({ length: WAVES }, (_, wave) => LONGEST_WAVE ** (-wave / WAVES));
  const phases = mul(times, constant(frequencies, 'float32', [WAVES]));
  return concat([sin(phases), cos(phases)], 2);
}
