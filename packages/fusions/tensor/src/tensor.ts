import { defineFusion, SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  flatten,
  mlp,
  mul,
  project,
  standardize,
  unsqueeze,
  vectorFeatures,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the result'),
  width: z
    .int()
    .positive()
    .default(32)
    .describe('width of each input’s projection; of M inputs the tensor has (width + 1)^M values'),
  hidden: z.int().positive().default(128).describe('hidden width of the network behind the tensor'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of hidden values dropped in training'),
  most: z
    .int()
    .positive()
    .default(65536)
    .describe('values that the tensor may have; more are an error before training'),
});

/**
 * Tensor fusion (Zadeh et al. 2017, TFN): a network reads every product of features of different inputs.
 *
 *   t = [1; z_1] ⊗ … ⊗ [1; z_M],   fused = norm(MLP(t)),   z_m = norm(pooled_m) P_m + c_m [B,width]
 *
 * norm(v) = (v − mean(v)) / deviation(v). The ones keep the products of fewer inputs, down to each alone; a missing input is zeros,
 * so that only products without it are left. t has (width + 1)^M values, where more than `most` are SENSORIUM_MANIFEST_INVALID:
 * low-rank fusion computes such products without it. The result [B,dim] is one token.
 */
export const tensor = defineFusion({
  specVersion: 'v1',
  name: 'tensor',
  options,
  create: ({ dim, width, hidden, dropout, most }) => ({
    build(scope, parts) {
      refuseExplosion(Object.keys(parts).length, { dim, width, most });
      const present = anyPresent(parts);
      const one = add(mul(present, 0), 1);
      const product = Object.entries(parts)
        .map(([name, part]) => concat([one, project(scope.at(name, 'project'), part, width)]))
        .reduce(outerProduct);
      return vectorFeatures(standardize(mlp(scope, product, hidden, dim, { dropout })), present);
    },
  }),
});

/** [B,I], [B,J] → [B,I·J] */
const outerProduct = (a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor =>
  flatten(mul(unsqueeze(a, 2), unsqueeze(b, 1)), 1);

/** Of low-rank fusion, unless its option says otherwise. */
const RANK = 4;

function refuseExplosion(inputs: number, { dim, width, most }: { dim: number; width: number; most: number }): void {
  const size = (width + 1) ** inputs;
  if (size <= most) return;
  const weights = inputs * (width + 1) * RANK * dim;
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `the tensor of ${inputs} inputs of width ${width} has ${size} values, and "most" allows ${most}`,
    hint: `Fuse by "low-rank", which computes such products with about ${weights} weights (rank ${RANK}), or choose a smaller width.`,
  });
}
