import {
  defineFusion,
  required,
  SensoriumError,
  type Features,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import {
  add,
  concat,
  expand,
  greater,
  linear,
  max,
  maximum,
  mul,
  normal,
  slice,
  squeeze,
  standardize,
  transformerBlock,
  unsqueeze,
  where,
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
  readonly present: SymbolicTensor;
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
        present,
      }));
      const asking = queries ? queries.map((name) => streamOf(name, streams)) : streams;
      const seen = streams.filter((stream) => !asking.includes(stream));
      const present = streams.map((stream) => stream.present).reduce(maximum);
      const summary = scope.parameter('summary', [1, 1, dim], normal(1));
      const mask = concat([add(mul(present, 0), 1), ...asking.map((stream) => stream.mask)]);
      const block = { heads, expansion, dropout, ...contextOf(seen, mask) };
      let x: SymbolicTensor = concat([spread(summary, present, dim), ...asking.map((stream) => stream.tokens)], 1);
      for (let layer = 0; layer < layers; layer++) x = transformerBlock(scope.at(`block${layer}`), x, block);
      const tokens = standardize(x);
      return { tokens, mask, pooled: pool(scope.at('pool'), tokens, mask, dim), present };
    },
  }),
});

function streamOf(name: string, streams: readonly Stream[]): Stream {
  const found = streams.find((stream) => stream.name === name);
  if (found) return found;
  const names = streams.map((stream) => stream.name).join(', ');
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `"queries" names "${name}", and the fusion is of ${names}`,
    hint: `Name some of ${names}.`,
  });
}

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
  const strongest = max(where(greater(unsqueeze(mask, 2), 0), tokens, -1e9), [1]);
  return linear(scope, concat([summary, strongest]), dim);
}

/** [1,1,D] → [B,1,D], with B from `present` [B,1]. */
function spread(summary: SymbolicTensor, present: SymbolicTensor, dim: number): SymbolicTensor {
  return expand(summary, [required(present.shape[0], 'the batch'), 1, dim], present);
}
