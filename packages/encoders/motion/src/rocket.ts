import { required, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  cast,
  concat,
  constant,
  conv,
  div,
  dropout,
  greater,
  knownSize,
  linear,
  max,
  maximum,
  minimum,
  mul,
  pad,
  reshape,
  slice,
  sub,
  sum,
  unsqueeze,
} from '@sensorium/graph';
import { type LearnedOptions, networkOf } from './options.js';
import { channelsRead, type Dilation, dilationsOf, kernels, quantileOf, reachesOut, TAPS } from './rocket-kernels.js';
import { type Fed, featuresOf, windowsOf } from './windowed.js';

/**
 * MiniRocket (Dempster et al. 2021): of a series convolved with each of 84 fixed kernels of 9 taps at several dilations, the share
 * of rows above each of several biases, which are quantiles of what training series give. A share has mean 1 − q and deviation
 * √(q·(1 − q)) at most by its quantile q, by which it is standardized; a linear layer makes `dim` numbers of the about 10,000. What is before
 * the linear layer is not learned.
 */
export function rocket(scope: Scope, fed: Fed, present: SymbolicTensor, given: LearnedOptions): Features {
  const { dim, features } = networkOf(given);
  const { x, mask } = windowsOf(fed, given);
  const dilations = dilationsOf(knownSize(x.shape, 2), features);
  const biases = required(given.biases, 'the biases of the features');
  let first = 0;
  const shares = dilations.map((own, index) => {
    const count = own.biases * kernels.length;
    const values = biases.slice(first, first + count);
    first += count;
    return sharesOf(x, mask, { ...own, index, values });
  });
  const quantiles = Array.from({ length: first }, (_, feature) => quantileOf(feature));
  const centre = constant(
    quantiles.map((q) => 1 - q),
    'float32',
    [first],
  );
  // As long as `dim` standardized numbers are.
  const scale = constant(
    quantiles.map((q) => Math.sqrt(dim / first / (q * (1 - q)))),
    'float32',
    [first],
  );
  const standard = mul(sub(concat(shares, 1), centre), scale);
  const tokens = linear(scope.at('project'), dropout(scope, standard, given.dropout), dim);
  return featuresOf(unsqueeze(tokens, 1), max(mask, [2], { keep: true }), fed, present);
}

/** One dilation, and the biases of its features: kernel after kernel. */
interface Reading extends Dilation {
  readonly index: number;
  readonly values: readonly number[];
}

/** The shares of rows above each bias: x [B,C,T] → [B,84·biases]. */
function sharesOf(
  x: SymbolicTensor,
  mask: SymbolicTensor,
  { dilation, index, biases, values }: Reading,
): SymbolicTensor {
  const channels = knownSize(x.shape, 1);
  const reach = (dilation * (TAPS - 1)) / 2;
  const weight = constant(weightsOf(channels, index), 'float32', [kernels.length, channels, TAPS]);
  // [B,84,1,T]
  const seen = unsqueeze(conv(x, weight, { dilation, padding: reach }), 2);
  const rows = unsqueeze(rowsRead(mask, reach, index), 2);
  const above = greater(seen, constant(values, 'float32', [kernels.length, biases, 1]));
  const counts = sum(mul(cast(above, 'float32'), rows), [3]);
  return reshape(div(counts, maximum(sum(rows, [3]), 1)), [...x.shape.slice(0, 1), kernels.length * biases]);
}

/** −1, and 2 at heavy taps, of the channels that a kernel reads: [84,C,9]. */
export function weightsOf(channels: number, index: number): number[] {
  const weights = Array<number>(kernels.length * channels * TAPS).fill(0);
  for (const [kernel, heavy] of kernels.entries()) {
    for (const channel of channelsRead(channels, kernel, index)) {
      const line = (kernel * channels + channel) * TAPS;
      for (let tap = 0; tap < TAPS; tap++) weights[line + tap] = heavy.includes(tap) ? 2 : -1;
    }
  }
  return weights;
}

/** Which rows each kernel counts, [B,84,T]: all of a series, or those from which it does not reach beyond. */
function rowsRead(mask: SymbolicTensor, reach: number, index: number): SymbolicTensor {
  const rows = knownSize(mask.shape, 2);
  const far = pad(mask, 2, reach, reach);
  const inside = minimum(slice(far, 2, 0, rows), slice(far, 2, 2 * reach, 2 * reach + rows));
  const out = constant(
    kernels.map((_, kernel) => Number(reachesOut(kernel, index))),
    'float32',
    [kernels.length, 1],
  );
  return maximum(mul(mask, out), inside);
}
