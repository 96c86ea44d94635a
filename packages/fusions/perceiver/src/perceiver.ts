import { defineFusion, type Features } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  learnedTokens,
  linear,
  max,
  mean,
  mul,
  normal,
  padAxes,
  slice,
  standardize,
  transformerBlock,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
  latents: z.int().positive().default(32).describe('learned latents, whatever the number of tokens'),
  layers: z.int().positive().default(2).describe('how often the latents look at the tokens'),
  selfLayers: z.int().positive().default(2).describe('transformer blocks over the latents after each look'),
  share: z.boolean().default(false).describe('every look after the first, and what follows it, has the same weights'),
  heads: z.int().positive().default(4).describe('attention heads; must divide dim'),
  expansion: z.number().positive().default(2).describe('hidden width of a block’s MLP, as a multiple of dim'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

/**
 * Learned latents z that look at the tokens of all inputs and think about them, again and again (Jaegle et al. 2021, Perceiver):
 * with x = [tokens_m W_m + e_m for every input m], e_m a learned embedding that marks the tokens of input m,
 *
 *   z ← look(z; [z; x]),   z ← transformer(z)   in each layer,   pooled = [mean z; max z] W,   tokens [B,latents,dim] = norm z
 *
 * with look(q; c) = y + MLP(norm y), y = q + attention(norm q, norm c). Time and memory are linear in the number of tokens. The
 * latents are among what they look at (as in the resampler of Flamingo, Alayrac et al. 2022), so that there is something to see
 * where inputs are missing. With `share`, all layers but the first have one set of weights, as in the paper. Padding and missing
 * inputs are never attended to.
 */
export const perceiver = defineFusion({
  specVersion: 'v1',
  name: 'perceiver',
  options,
  create: ({ dim, latents, layers, selfLayers, share, ...block }) => ({
    build(scope, parts): Features {
      const present = anyPresent(parts);
      const streams = Object.entries(parts).map(([name, { tokens }]) => {
        const projected = linear(scope.at(name, 'project'), tokens, dim, { bias: false });
        return add(projected, scope.at(name).parameter('modality', [dim], normal(0.3)));
      });
      const context = standardize(concat(streams, 1));
      const seen = concat(Object.values(parts).map((part) => mul(part.mask, part.present)));
      const mask = padAxes(seen, [0, latents, 0, 0], { value: 1 });
      let x = learnedTokens(scope, 'latents', { count: latents, dim, like: present });
      for (let layer = 0; layer < layers; layer++) {
        const own = share && layer > 0 ? scope.at('again').shared() : scope.at(`layer${layer}`);
        x = transformerBlock(own.at('look'), x, { ...block, context, mask });
        for (let self = 0; self < selfLayers; self++) x = transformerBlock(own.at(`block${self}`), x, block);
      }
      const tokens = standardize(x);
      const pooled = linear(scope.at('pool'), concat([mean(tokens, [1]), max(tokens, [1])]), dim);
      return { tokens, mask: slice(mask, 1, 0, latents), pooled, present };
    },
  }),
});
