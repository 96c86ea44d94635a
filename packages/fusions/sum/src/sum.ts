import { defineFusion } from '@sensorium/contracts';
import { add, anyPresent, div, maximum, project, vectorFeatures } from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the result'),
  reduce: z.enum(['sum', 'mean']).default('sum').describe('sum, or the mean of the inputs that are there'),
});

/**
 * Sum of projections: fused = Σ_m p_m, p_m = norm(pooled_m) W_m + b_m [B,dim], norm(v) = (v − mean(v)) / deviation(v). A missing
 * input adds nothing; of a mean, which is fused / Σ_m present_m, it takes nothing away. The result is one token.
 *
 * A linear head over it adds up what it would say of each input alone.
 */
export const sum = defineFusion({
  specVersion: 'v1',
  name: 'sum',
  options,
  create: ({ dim, reduce }) => ({
    build(scope, parts) {
      const total = Object.entries(parts)
        .map(([name, part]) => project(scope.at(name, 'project'), part, dim))
        .reduce(add);
      const count = Object.values(parts)
        .map(({ present }) => present)
        .reduce(add);
      const pooled = reduce === 'mean' ? div(total, maximum(count, 1)) : total;
      return vectorFeatures(pooled, anyPresent(parts));
    },
  }),
});
