import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  divideParts,
  linear,
  maskedMax,
  maskedMean,
  mlp,
  modulatedBlock,
  mul,
  normal,
  standardize,
  type FusedParts,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  by: z
    .array(z.string())
    .nonempty()
    .optional()
    .describe('inputs that decide how the others are read; by default the last one'),
  dim: z.int().positive().default(128).describe('width of the common space'),
  layers: z.int().positive().default(4).describe('modulated blocks'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

/**
 * Feature-wise linear modulation (Perez et al. 2018, FiLM): some inputs, a question say, decide how the tokens of the others
 * are read. With c = norm(MLP([p_m present_m for every m in `by`])) and x = [x_m W_m + e_m for every other input m], each
 * block is
 *
 *   x ← x + relu((1 + c G) ⊙ norm(relu(norm(x) W) V) + c S + s),   norm(v) = (v − mean(v)) / deviation(v)
 *
 * and at last pooled = norm(MLP([mean_t x_t; max_t x_t; c])). Tokens [B,ΣT_m,dim] are those of the others alone. They do
 * not see each other, so that time is linear in their number. Layer normalisation stands in for the paper's batch
 * normalisation, so that an answer does not depend on the batch that it is given in. Inputs that all decide are all read.
 */
export const film = defineFusion({
  specVersion: 'v1',
  name: 'film',
  options,
  create: ({ by, dim, layers, dropout }) => ({
    build(scope, parts): Features {
      const { deciding, read } = rolesOf(parts, by);
      const condition = conditionOf(scope.at('condition'), deciding, dim);
      const mask = concat(Object.values(read).map((part) => mul(part.mask, part.present)));
      let tokens: SymbolicTensor = concat(
        Object.entries(read).map(([name, part]) =>
          add(
            linear(scope.at(name, 'project'), part.tokens, dim, { bias: false }),
            scope.at(name).parameter('modality', [dim], normal(0.3)),
          ),
        ),
        1,
      );
      for (let layer = 0; layer < layers; layer++) {
        tokens = modulatedBlock(scope.at(`block${layer}`), tokens, condition);
      }
      const gathered = concat([maskedMean(tokens, mask), maskedMax(tokens, mask), condition]);
      const pooled = standardize(mlp(scope.at('pool'), gathered, 2 * dim, dim, { dropout }));
      return { tokens, mask, pooled, present: anyPresent(parts) };
    },
  }),
});

/** Which inputs decide, and which are read: the others, or, where there are none, the same. */
function rolesOf(parts: FusedParts, by: readonly string[] | undefined) {
  const { named: deciding, others } = divideParts(parts, 'by', by ?? Object.keys(parts).slice(-1));
  return { deciding, read: Object.keys(others).length > 0 ? others : parts };
}

/** What the deciding inputs say [B,dim]. A missing one says nothing: zeros. */
function conditionOf(scope: Scope, deciding: FusedParts, dim: number): SymbolicTensor {
  const said = concat(Object.values(deciding).map(({ pooled, present }) => mul(pooled, present)));
  return standardize(mlp(scope, said, 2 * dim, dim));
}
