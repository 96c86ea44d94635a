import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  anyPresent,
  concat as join,
  linear,
  maskedMax,
  maskedMean,
  mlp,
  mul,
  standardize,
  vectorFeatures,
  type FusedParts,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  stage: z
    .enum(['late', 'early'])
    .default('late')
    .describe('late: the pooled vectors, side by side; early: the sequences of tokens, one after the other'),
  dim: z.int().positive().default(128).describe('width of the result'),
  hidden: z.int().positive().default(256).describe('hidden width of the network behind the concatenation'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

/**
 * Concatenation: late, of vectors, or early, of tokens. norm(v) = (v − mean(v)) / deviation(v).
 *
 *   late    pooled = norm(MLP([p_m; present_m for every input m])),   p_m = pooled_m W_m + b_m [B,dim]
 *   early   x = [norm(x_m) W_m + b_m for every input m] [B,ΣT_m,dim],   pooled = norm(MLP([mean_t x_t; max_t x_t]))
 *
 * Late, a missing input is zeros, its flag says that it is missing, and the result is one token. Early, its tokens are masked, as
 * padding is.
 */
export const concat = defineFusion({
  specVersion: 'v1',
  name: 'concat',
  options,
  create: ({ stage, dim, hidden, dropout }) => ({
    build(scope, parts): Features {
      const present = anyPresent(parts);
      const pool = (gathered: SymbolicTensor): SymbolicTensor =>
        standardize(mlp(scope, gathered, hidden, dim, { dropout }));
      if (stage === 'late') return vectorFeatures(pool(vectorsOf(scope, parts, dim)), present);
      const { tokens, mask } = sequenceOf(scope, parts, dim);
      return { tokens, mask, pooled: pool(join([maskedMean(tokens, mask), maskedMax(tokens, mask)])), present };
    },
  }),
});

/** [B,M·(dim+1)] */
const vectorsOf = (scope: Scope, parts: FusedParts, dim: number): SymbolicTensor =>
  join(
    Object.entries(parts).flatMap(([name, { pooled, present }]) => [
      mul(linear(scope.at(name, 'project'), pooled, dim), present),
      present,
    ]),
  );

/** [B,ΣT,dim] and [B,ΣT] */
function sequenceOf(scope: Scope, parts: FusedParts, dim: number) {
  const streams = Object.entries(parts).map(([name, { tokens, mask, present }]) => ({
    tokens: linear(scope.at(name, 'project'), standardize(tokens), dim),
    mask: mul(mask, present),
  }));
  return {
    tokens: join(
      streams.map(({ tokens }) => tokens),
      1,
    ),
    mask: join(streams.map(({ mask }) => mask)),
  };
}
