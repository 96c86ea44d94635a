import { defineFusion, required, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  filled,
  linear,
  mul,
  ones,
  reshape,
  standardize,
  sum,
  vectorFeatures,
  zeros,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the result'),
  rank: z.int().positive().default(4).describe('products of all inputs that are added up'),
});

/**
 * Low-rank tensor fusion (Liu et al. 2018, LMF): tensor fusion whose weights are a sum of `rank` products, so that the outer
 * product is never made and any number of inputs costs the sum of their widths.
 *
 *   fused = norm(Σ_r w_r ∏_m [1; z_m] F_m^r + b),   z_m = norm(pooled_m), F_m^r [D_m+1,dim]
 *
 * norm(v) = (v − mean(v)) / deviation(v). The rows of F that belong to the ones begin as ones, so that each product begins as
 * ∏_m (1 + z_m F_m): what inputs say alone is in it as well as their products, and none vanishes. A missing input is zeros: what is left of
 * its factor is that row. The result [B,dim] is one token.
 */
export const lowRank = defineFusion({
  specVersion: 'v1',
  name: 'low-rank',
  options,
  create: ({ dim, rank }) => ({
    build(scope, parts) {
      const product = Object.entries(parts)
        .map(([name, part]) => factor(scope.at(name), part, rank, dim))
        .reduce(mul);
      const weighted = mul(product, scope.parameter('weights', [rank, 1], filled(1 / rank)));
      const fused = add(sum(weighted, [1]), scope.parameter('bias', [dim], zeros));
      return vectorFeatures(standardize(fused), anyPresent(parts));
    },
  }),
});

/** [1; z] F^r for every r: [B,rank,dim]. */
function factor(scope: Scope, { pooled, present }: Features, rank: number, dim: number): SymbolicTensor {
  const said = linear(scope.at('factor'), mul(standardize(pooled), present), rank * dim, { bias: false });
  const shaped = reshape(said, [required(pooled.shape[0], 'the batch'), rank, dim]);
  return add(shaped, scope.at('factor').parameter('one', [rank, dim], ones, { decay: false }));
}
