import { defineFusion, type Features } from '@sensorium/contracts';
import { concat as join, linear, maximum, mlp, mul, standardize, unsqueeze } from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the result'),
  hidden: z.int().positive().default(256).describe('hidden width of the network behind the concatenation'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

/**
 * Concatenation: fused = MLP([p_m; present_m for every input m]), p_m = pooled_m W_m [B,dim]. A missing input is zeros,
 * and its flag says that it is missing. The result is one token.
 */
export const concat = defineFusion({
  specVersion: 'v1',
  name: 'concat',
  options,
  create: ({ dim, hidden, dropout }) => ({
    build(scope, parts): Features {
      const columns = Object.entries(parts).flatMap(([name, { pooled, present }]) => [
        mul(linear(scope.at(name, 'project'), pooled, dim), present),
        present,
      ]);
      const pooled = standardize(mlp(scope, join(columns), hidden, dim, { dropout }));
      const present = Object.values(parts)
        .map((part) => part.present)
        .reduce(maximum);
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});
