import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  anyPresent,
  concat,
  div,
  knownSize,
  maskedSoftmax,
  maximum,
  mul,
  slice,
  standardize,
  sum,
  vectorFeatures,
  zeros,
} from '@sensorium/graph';
import { z } from 'zod';

const combinations = ['mean', 'weighted', 'product'] as const;

const options = z.strictObject({
  combine: z
    .enum(combinations)
    .default('mean')
    .describe('how the answers of the inputs become one: their mean, by learned weights, or the product of experts'),
});

/**
 * Late fusion: an answer for each input, of which those of the inputs that are there are combined. The result is weighted columns,
 *
 *   pooled = concat_m(w_m · [norm(pooled_m); 1])   [B,Σ(D_m+1)],   norm(v) = (v − mean(v)) / deviation(v),
 *
 * so that a linear layer over it, as heads have, is one layer for each input: its rows are W_m and b_m, and
 *
 *   logits = Σ_m w_m (norm(pooled_m) W_m + b_m) + b.
 *
 * Of those that are there, `mean` takes w_m = 1 / n (logits averaged, as in MultiBench, Liang et al. 2021), `weighted` shares
 * w = softmax(a) that are learned, one a_m for each input, from 0, and `product` w_m = 1: Σ_m logits_m is, but for a constant, the
 * sum of log-softmaxes, so that the softmax of it is the product of the experts' probabilities, normalised (Hinton 2002). The more
 * inputs agree, the surer is a product; a mean is not. A missing input counts nothing. The result is one token.
 */
export const late = defineFusion({
  specVersion: 'v1',
  name: 'late',
  options,
  create: ({ combine }) => ({
    build(scope, parts): Features {
      const there = concat(Object.values(parts).map(({ present }) => present));
      const weights = weightsOf[combine](there, scope);
      const columns = Object.values(parts).flatMap(({ pooled }, index) => {
        const weight = slice(weights, 1, index, index + 1);
        return [mul(standardize(pooled), weight), weight];
      });
      return vectorFeatures(concat(columns), anyPresent(parts));
    },
  }),
});

/** How much each input counts: [B,M], 0 where it is missing. `there` [B,M] is 1 where it is not. */
const weightsOf: Readonly<
  Record<(typeof combinations)[number], (there: SymbolicTensor, scope: Scope) => SymbolicTensor>
> = {
  mean: (there) => div(there, maximum(sum(there, [1], { keep: true }), 1)),
  weighted: (there, scope) => maskedSoftmax(scope.parameter('weights', [knownSize(there.shape, 1)], zeros), there),
  product: (there) => there,
};
