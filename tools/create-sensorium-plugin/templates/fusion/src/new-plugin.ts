import { defineFusion, type Features } from '@sensorium/contracts';
import { add, div, linear, maximum, mul, unsqueeze } from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
});

/**
 * The mean of the inputs that are present: pooled = Σ_m present_m · (pooled_m W_m + b_m) / Σ_m present_m [B,dim]. The result
 * is one token.
 */
export const newPlugin = defineFusion({
  specVersion: 'v1',
  name: 'new-plugin',
  options,
  create: ({ dim }) => ({
    build(scope, parts): Features {
      const inputs = Object.entries(parts);
      const projected = inputs.map(([name, { pooled, present }]) => mul(linear(scope.at(name), pooled, dim), present));
      const flags = inputs.map(([, { present }]) => present);
      const pooled = div(projected.reduce(add), maximum(flags.reduce(add), 1));
      const present = flags.reduce(maximum);
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});
