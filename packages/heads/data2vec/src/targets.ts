import type { Features, SymbolicTensor } from '@sensorium/contracts';
import { add, div, maximum, mul, sqrt, square, sub, sum, unsqueeze } from '@sensorium/graph';

/** As that of layer normalisation. */
const EPSILON = 1e-5;

/**
 * What the student predicts, [B,T,D]: the mean of the teacher's last layers, each instance-normalised, or of its tokens where
 * it has no layers. Of layers that differ in width, those count that are as wide as the last.
 */
export function targets({ layers, tokens, mask }: Features, count: number): SymbolicTensor {
  const all = layers ?? [tokens];
  const width = all.at(-1)?.shape.at(-1);
  const last = all.filter(({ shape }) => shape.at(-1) === width).slice(-count);
  return mul(last.map((layer) => instanceNormalized(layer, mask)).reduce(add), 1 / last.length);
}

/**
 * (x − mean) / deviation of each channel over the tokens of a sample, [B,T,D] (Ulyanov et al. 2016): what is the same at all
 * its tokens is not to be predicted. Padding counts nothing, and what stands there means nothing.
 */
function instanceNormalized(x: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const weight = unsqueeze(div(mask, maximum(sum(mask, [1], { keep: true }), 1)), 2);
  const meanOf = (values: SymbolicTensor): SymbolicTensor => sum(mul(values, weight), [1], { keep: true });
  const centered = sub(x, meanOf(x));
  return div(centered, sqrt(add(meanOf(square(centered)), EPSILON)));
}
