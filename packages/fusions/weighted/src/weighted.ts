import { defineFusion } from '@sensorium/contracts';
import {
  anyPresent,
  concat,
  linear,
  maskedSoftmax,
  mul,
  project,
  standardize,
  sum,
  unsqueeze,
  vectorFeatures,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the result'),
});

/**
 * Attention-weighted sum, as TorchMultimodal's `AttentionFusionModule` has it: each sample decides how much every input counts.
 *
 *   z_m = norm(pooled_m),   a = softmax([z_m for every input m] W + b),   fused = Σ_m a_m (z_m P_m + c_m)
 *
 * norm(v) = (v − mean(v)) / deviation(v). A missing input is zeros in z, and the softmax is of those that are there: its weight is
 * 0, and the others' add up to 1. fused [B,dim] is the only token.
 */
export const weighted = defineFusion({
  specVersion: 'v1',
  name: 'weighted',
  options,
  create: ({ dim }) => ({
    build(scope, parts) {
      const inputs = Object.entries(parts);
      const said = concat(inputs.map(([, { pooled, present }]) => mul(standardize(pooled), present)));
      const scores = linear(scope.at('weights'), said, inputs.length);
      const weights = maskedSoftmax(scores, concat(inputs.map(([, { present }]) => present)));
      const projections = concat(
        inputs.map(([name, part]) => unsqueeze(project(scope.at(name, 'project'), part, dim), 1)),
        1,
      );
      return vectorFeatures(sum(mul(projections, unsqueeze(weights, 2)), [1]), anyPresent(parts));
    },
  }),
});
