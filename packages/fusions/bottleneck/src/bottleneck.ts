import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  crossAttentionBlock,
  div,
  learnedTokens,
  linear,
  maskedMax,
  maximum,
  mean,
  mul,
  padAxes,
  slice,
  standardize,
  transformerBlock,
  unsqueeze,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
  bottlenecks: z.int().positive().default(4).describe('bottleneck tokens'),
  layers: z.int().positive().default(4).describe('blocks of each input'),
  selfAttention: z
    .boolean()
    .default(false)
    .describe('tokens of an input see each other in its blocks, too; then time grows with the square of their number'),
  heads: z.int().positive().default(4).describe('attention heads; must divide dim'),
  expansion: z.number().positive().default(2).describe('hidden width of a block’s MLP, as a multiple of dim'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

type Options = z.output<typeof options>;

/** The sequence of an input. */
interface Stream {
  readonly name: string;
  /** [B,T,dim] */
  readonly tokens: SymbolicTensor;
  /** [B,T] */
  readonly mask: SymbolicTensor;
  /** [B,1] */
  readonly present: SymbolicTensor;
}

/**
 * Attention bottlenecks (Nagrani et al. 2021, MBT): a few learned tokens z are the only way between the inputs, layer by layer.
 * Each input has blocks of its own over x_m = tokens_m W_m + b_m; in every layer, in which all read what the one before left,
 *
 *   z_m = block_m(z; [z; x_m]),   x_m ← block_m(x_m; z),   z ← mean of z_m over the inputs that are there
 *
 * with block(q; c) = y + MLP(norm y), y = q + attention(norm q, norm c). pooled = [mean z; max_m,t x_m,t] W; tokens
 * [B,N+ΣT_m,dim] are norm z and norm x_m.
 *
 * The tokens of an input see the bottleneck alone, so that time and memory are linear in their number. With `selfAttention` they see
 * each other, too, x_m ← block_m(x_m; [z; x_m]), which is the paper's form: there, the blocks are the encoders themselves. Here,
 * encoders have done their part before. Padding and missing inputs are never attended to.
 */
export const bottleneck = defineFusion({
  specVersion: 'v1',
  name: 'bottleneck',
  options,
  create: (given) => ({
    build(scope, parts): Features {
      const { dim, bottlenecks, layers } = given;
      const present = anyPresent(parts);
      let streams = Object.entries(parts).map(([name, part]) => streamOf(scope.at(name), name, part, dim));
      let shared = learnedTokens(scope, 'bottleneck', { count: bottlenecks, dim, like: present });
      for (let layer = 0; layer < layers; layer++) {
        const told = streams.map((stream) => exchange(scope.at(stream.name, `block${layer}`), stream, shared, given));
        streams = told.map(({ stream }) => stream);
        shared = meanOfPresent(told);
      }
      const all = concat(
        streams.map(({ tokens }) => tokens),
        1,
      );
      const mask = concat(streams.map((stream) => stream.mask));
      const gathered = concat([mean(standardize(shared), [1]), maskedMax(standardize(all), mask)]);
      return {
        tokens: standardize(concat([shared, all], 1)),
        mask: padAxes(mask, [0, bottlenecks, 0, 0], { value: 1 }),
        pooled: linear(scope.at('pool'), gathered, dim),
        present,
      };
    },
  }),
});

const streamOf = (scope: Scope, name: string, { tokens, mask, present }: Features, dim: number): Stream => ({
  name,
  tokens: linear(scope.at('project'), tokens, dim),
  mask: mul(mask, present),
  present,
});

/** A stream after one of its blocks, and what it would have the bottleneck be: [B,N,dim]. */
interface Told {
  readonly stream: Stream;
  readonly bottleneck: SymbolicTensor;
}

function exchange(scope: Scope, stream: Stream, shared: SymbolicTensor, given: Options): Told {
  const { bottlenecks, selfAttention } = given;
  const mask = padAxes(stream.mask, [0, bottlenecks, 0, 0], { value: 1 });
  if (selfAttention) {
    const both = transformerBlock(scope, concat([shared, stream.tokens], 1), { ...given, mask });
    return { stream: { ...stream, tokens: slice(both, 1, bottlenecks) }, bottleneck: slice(both, 1, 0, bottlenecks) };
  }
  const own = scope.shared();
  return {
    stream: { ...stream, tokens: crossAttentionBlock(own, stream.tokens, standardize(shared), given) },
    bottleneck: transformerBlock(own, shared, { ...given, context: standardize(stream.tokens), mask }),
  };
}

/** Mean over the inputs that are there [B,N,dim]; 0 where there are none. */
function meanOfPresent(told: readonly Told[]): SymbolicTensor {
  const count = told.map(({ stream }) => stream.present).reduce(add);
  const sum = told.map(({ stream, bottleneck: said }) => mul(said, unsqueeze(stream.present, 2))).reduce(add);
  return div(sum, unsqueeze(maximum(count, 1), 2));
}
