import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  divideParts,
  learnedTokens,
  linear,
  maskedMax,
  maskedMean,
  maskedSoftmax,
  matmul,
  mlp,
  mul,
  slice,
  squeeze,
  standardize,
  transpose,
  unsqueeze,
  type FusedParts,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  by: z
    .array(z.string())
    .nonempty()
    .optional()
    .describe('inputs whose tokens ask those of the others; by default the first one'),
  dim: z.int().positive().default(128).describe('width of the common space'),
  hidden: z.int().positive().default(256).describe('hidden width of the network that pools'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of hidden values dropped in training'),
});

/**
 * Non-local gate (Wang et al. 2018, as MultiBench fuses with it): the tokens of some inputs ask those of the others.
 *
 *   y = q + softmax(q kᵀ / √dim) v,   q = [s; norm(x_a) Q_a + c_a for every a in `by`],   k, v = [norm(x_m) K_m], [norm(x_m) V_m + b_m]
 *   pooled = norm(MLP([y₀; mean_t y_t; max_t y_t]))
 *
 * norm(v) = (v − mean(v)) / deviation(v). s is a learned token that asks beside them, so that something is asked where the input of
 * `by` is missing. Scores are divided by √dim, which those papers leave out: wide tokens would else look at one token
 * alone. Padding and missing inputs are not looked at; where nothing is left to look at, y = q. Inputs that all ask are asked
 * themselves. Tokens [B,1+ΣT_a,dim] are y.
 */
export const nlGate = defineFusion({
  specVersion: 'v1',
  name: 'nl-gate',
  options,
  create: ({ by, dim, hidden, dropout }) => ({
    build(scope, parts): Features {
      const { named: asking, others } = divideParts(parts, 'by', by ?? Object.keys(parts).slice(0, 1));
      const asked = Object.keys(others).length > 0 ? others : asking;
      const present = anyPresent(parts);
      const summary = learnedTokens(scope, 'summary', { count: 1, dim, like: present });
      const mask = concat([add(mul(present, 0), 1), maskOf(asking)]);
      const queries = concat([summary, projected(scope, 'query', asking, dim, { bias: true })], 1);
      const keys = projected(scope, 'key', asked, dim, { bias: false });
      const scores = mul(matmul(queries, transpose(keys, [0, 2, 1])), 1 / Math.sqrt(dim));
      const shares = maskedSoftmax(scores, unsqueeze(maskOf(asked), 1));
      const tokens = add(queries, matmul(shares, projected(scope, 'value', asked, dim, { bias: true })));
      const gathered = concat([squeeze(slice(tokens, 1, 0, 1), 1), maskedMean(tokens, mask), maskedMax(tokens, mask)]);
      return { tokens, mask, pooled: standardize(mlp(scope.at('pool'), gathered, hidden, dim, { dropout })), present };
    },
  }),
});

/** Tokens of all parts, one after the other: [B,ΣT,dim]. */
const projected = (
  scope: Scope,
  role: string,
  parts: FusedParts,
  dim: number,
  { bias }: { bias: boolean },
): SymbolicTensor =>
  concat(
    Object.entries(parts).map(([name, { tokens }]) => linear(scope.at(name, role), standardize(tokens), dim, { bias })),
    1,
  );

/** [B,ΣT] */
const maskOf = (parts: FusedParts): SymbolicTensor =>
  concat(Object.values(parts).map(({ mask, present }) => mul(mask, present)));
