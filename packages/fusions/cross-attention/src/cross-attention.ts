import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  anyPresent,
  concat,
  crossAttentionBlock,
  divideParts,
  learnedTokens,
  linear,
  maskedMax,
  mul,
  padAxes,
  slice,
  squeeze,
  standardize,
  transformerBlock,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
  layers: z.int().positive().default(2).describe('blocks with which one input asks another'),
  selfLayers: z.int().positive().default(1).describe('transformer blocks over what an input was told by all others'),
  heads: z.int().positive().default(4).describe('attention heads; must divide dim'),
  expansion: z.number().positive().default(2).describe('hidden width of a block’s MLP, as a multiple of dim'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  queries: z.array(z.string()).nonempty().optional().describe('inputs that ask the others; by default all'),
});

type Options = z.output<typeof options>;

/** The sequence of an input, behind its summary token. */
interface Stream {
  readonly name: string;
  /** [B,1+T,dim] */
  readonly tokens: SymbolicTensor;
  /** [B,1+T] */
  readonly mask: SymbolicTensor;
}

/**
 * Cross-modal attention (Tsai et al. 2019, MulT): the sequence of every input asks that of every other one, in blocks of their
 * own for each ordered pair. With x_m = [s_m; tokens_m W_m + b_m], s_m a learned summary token of input m,
 *
 *   y_m←n = x_m, then for each layer   y ← y + attention(norm y, norm x_n),   y ← y + MLP(norm y)
 *   z_m = norm(transformer(concat_n(y_m←n) V_m)),   pooled = concat_m([z_m,0; max_t z_m,t]) W
 *
 * Tokens [B,Σ(1+T_m),dim] are all z_m. Padding and what belongs to a missing input are never attended to; what is left of
 * such an input is its summary token, so that every query has something to look at. Where `queries` names inputs, only they ask, and
 * only they are in the result. An input that is alone goes through the transformer blocks.
 */
export const crossAttention = defineFusion({
  specVersion: 'v1',
  name: 'cross-attention',
  options,
  create: (given) => ({
    build(scope, parts): Features {
      const asking = Object.keys(given.queries ? divideParts(parts, 'queries', given.queries).named : parts);
      const streams = Object.entries(parts).map(([name, part]) => streamOf(scope.at(name), name, part, given.dim));
      const told = streams
        .filter(({ name }) => asking.includes(name))
        .map((target) => {
          const others = streams.filter((source) => source !== target);
          return { tokens: askAll(scope.at(target.name), target, others, given), mask: target.mask };
        });
      const gathered = told.flatMap(({ tokens, mask }) => [
        squeeze(slice(tokens, 1, 0, 1), 1),
        maskedMax(tokens, mask),
      ]);
      return {
        tokens: concat(
          told.map(({ tokens }) => tokens),
          1,
        ),
        mask: concat(told.map(({ mask }) => mask)),
        pooled: linear(scope.at('pool'), concat(gathered), given.dim),
        present: anyPresent(parts),
      };
    },
  }),
});

function streamOf(scope: Scope, name: string, { tokens, mask, present }: Features, dim: number): Stream {
  const summary = learnedTokens(scope, 'summary', { count: 1, dim, like: present });
  return {
    name,
    tokens: concat([summary, linear(scope.at('project'), tokens, dim)], 1),
    mask: padAxes(mul(mask, present), [0, 1, 0, 0], { value: 1 }),
  };
}

/** What an input makes of all that the others tell it: [B,1+T,dim]. */
function askAll(scope: Scope, target: Stream, others: readonly Stream[], given: Options): SymbolicTensor {
  const told = others.map((source) => ask(scope.at('from', source.name), target, source, given));
  let x = told.length > 0 ? linear(scope.at('join'), concat(told), given.dim) : target.tokens;
  for (let layer = 0; layer < given.selfLayers; layer++) {
    x = transformerBlock(scope.at(`block${layer}`), x, { ...given, mask: target.mask });
  }
  return standardize(x);
}

/** What one input tells another that asks it. */
function ask(scope: Scope, target: Stream, source: Stream, given: Options): SymbolicTensor {
  const context = standardize(source.tokens);
  let x = target.tokens;
  for (let layer = 0; layer < given.layers; layer++) {
    x = crossAttentionBlock(scope.at(`block${layer}`), x, context, { ...given, mask: source.mask });
  }
  return x;
}
