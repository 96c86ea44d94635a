import { defineFusion, required, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  linear,
  matmul,
  maximum,
  mul,
  project,
  reshape,
  squeeze,
  standardize,
  unsqueeze,
  vectorFeatures,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(64).describe('width of each input’s projection and of the result; costs its cube'),
});

/** A vector [B,dim], 0 where none of what it is made of is there, and whether any is [B,1]. */
interface Fused {
  readonly vector: SymbolicTensor;
  readonly present: SymbolicTensor;
}

/**
 * Multiplicative interaction (Jayakumar et al. 2020, eq. 2; MultiBench): one input makes the layer that the other goes through.
 *
 *   W' = z₁ W + V,   b' = z₁ U + b,   out = norm(z₂ W' + b')
 *
 * z_m = norm(pooled_m) P_m + c_m [B,dim], W [dim,dim·dim], norm(v) = (v − mean(v)) / deviation(v). Further inputs are folded in one
 * after the other, in the order of the manifest: out takes the place of z₁, and the next input that of z₂. A missing input is zeros,
 * which leave a layer of the other alone: z₂ V + b, or z₁ U + b. The result is one token.
 */
export const multiplicative = defineFusion({
  specVersion: 'v1',
  name: 'multiplicative',
  options,
  create: ({ dim }) => ({
    build(scope, parts) {
      const inputs = Object.entries(parts).map(([name, part]) => ({
        name,
        vector: project(scope.at(name, 'project'), part, dim),
        present: part.present,
      }));
      const { vector, present } = inputs
        .slice(1)
        .reduce<Fused>(
          (fused, input) => interaction(scope.at(input.name), fused, input, dim),
          required(inputs[0], 'an input'),
        );
      return vectorFeatures(vector, present);
    },
  }),
});

function interaction(scope: Scope, first: Fused, second: Fused, dim: number): Fused {
  const [batch] = first.vector.shape;
  const product = linear(scope.at('product'), first.vector, dim * dim, { bias: false });
  const weight = reshape(product, [required(batch, 'the batch'), dim, dim]);
  const together = squeeze(matmul(unsqueeze(second.vector, 1), weight), 1);
  const alone = add(
    linear(scope.at('first'), first.vector, dim),
    linear(scope.at('second'), second.vector, dim, { bias: false }),
  );
  const present = maximum(first.present, second.present);
  return { vector: mul(standardize(add(together, alone)), present), present };
}
