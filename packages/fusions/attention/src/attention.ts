import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  divideParts,
  learnedTokens,
  linear,
  maskedMax,
  mul,
  normal,
  padAxes,
  slice,
  squeeze,
  standardize,
  transformerBlock,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
  layers: z.int().positive().default(2).describe('transformer blocks'),
  heads: z.int().positive().default(4).describe('attention heads; must divide dim'),
  expansion: z.number().positive().default(2).describe('hidden width of a block’s MLP, as a multiple of dim'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  queries: z
    .array(z.string())
    .nonempty()
    .optional()
    .describe('inputs whose tokens go through the blocks, which only look at those of the others; by default all'),
});

/** The tokens of an input in the common space. */
interface Stream {
  readonly name: string;
  readonly tokens: SymbolicTensor;
  readonly mask: SymbolicTensor;
}

/**
 * Attention fusion: one sequence of all inputs' tokens, each marked with a learned embedding of its input, behind a
 * learned summary token, through pre-norm transformer blocks (as single-stream models do: Chen et al. 2020, UNITER).
 *
 *   x = [s; x_m W_m + e_m for every input m],   fused = blocks(x),   pooled = [fused₀; max_t fused_t] W
 *
 * Tokens that are padding or belong to a missing input are never attended to. Where `queries` names inputs, x are their
 * tokens, and those of the others a context that the blocks attend to as well and leave as it is: a question of 10 words
 * about 64 places of a picture costs less than half as much.
 */
export const attention = defineFusion({
  specVersion: 'v1',
  name: 'attention',
  options,
  create: ({ dim, layers, heads, expansion, dropout, queries }) => ({
    build(scope, parts): Features {
      const streams = Object.entries(parts).map(([name, { tokens, mask, present }]) => ({
        name,
        tokens: add(
          linear(scope.at(name, 'project'), tokens, dim, { bias: false }),
          scope.at(name).parameter('modality', [dim], normal(0.3)),
        ),
        mask: mul(mask, present),
      }));
      const names = Object.keys(queries ? divideParts(parts, 'queries', queries).named : parts);
      const asking = streams.filter(({ name }) => names.includes(name));
      const seen = streams.filter((stream) => !asking.includes(stream));
      const present = anyPresent(parts);
      const summary = learnedTokens(scope, 'summary', { count: 1, dim, like: present });
      const mask = padAxes(concat(asking.map((stream) => stream.mask)), [0, 1, 0, 0], { value: 1 });
      const block = { heads, expansion, dropout, ...contextOf(seen, mask) };
      let x: SymbolicTensor = concat([summary, ...asking.map((stream) => stream.tokens)], 1);
      for (let layer = 0; layer < layers; layer++) x = transformerBlock(scope.at(`block${layer}`), x, block);
      const tokens = standardize(x);
      return { tokens, mask, pooled: pool(scope.at('pool'), tokens, mask, dim), present };
    },
  }),
});

/** What blocks see beside their own tokens, of which `mask` tells, and the mask of both. */
function contextOf(seen: readonly Stream[], mask: SymbolicTensor) {
  if (seen.length === 0) return { mask };
  const tokens = seen.map((stream) => stream.tokens);
  return { context: standardize(concat(tokens, 1)), mask: concat([mask, ...seen.map((stream) => stream.mask)]) };
}

/**
 * What the summary token gathered, and the strongest value of each feature anywhere. The summary alone is at first a mean
 * over all tokens, in which what only a few of them say is faint.
 */
function pool(scope: Scope, tokens: SymbolicTensor, mask: SymbolicTensor, dim: number): SymbolicTensor {
  const summary = squeeze(slice(tokens, 1, 0, 1), 1);
  return linear(scope, concat([summary, maskedMax(tokens, mask)]), dim);
}
