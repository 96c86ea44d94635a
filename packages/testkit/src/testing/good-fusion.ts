import { defineFusion, type Features } from '@sensorium/contracts';
import { add, div, dropout, linear, maximum, mean, mul, square, unsqueeze } from '@sensorium/graph';
import { z } from 'zod';

export const fusionOptions = z.strictObject({
  dim: z.int().positive().default(6).describe('width of the result'),
  first: z.string().optional().describe('the part that counts twice'),
});

/** The mean of the pooled vectors that are there. It keeps all rules. */
export const goodFusion = defineFusion({
  specVersion: 'v1',
  name: 'mean',
  options: fusionOptions,
  create: ({ dim, first }) => ({
    build(scope, parts): Features {
      const all = Object.entries(parts).map(([name, { pooled, present }]) => {
        const weight = mul(present, name === first ? 2 : 1);
        return { vector: mul(linear(scope.at(name), pooled, dim), weight), weight, present };
      });
      const total = maximum(all.map(({ weight }) => weight).reduce(add), 1);
      const pooled = div(all.map(({ vector }) => vector).reduce(add), total);
      const present = all.map((one) => one.present).reduce(maximum);
      scope.loss('size', mean(square(pooled)));
      return { tokens: unsqueeze(dropout(scope, pooled, 0.1), 1), mask: present, pooled, present };
    },
  }),
});
export type FusionUnderTest = typeof goodFusion;
