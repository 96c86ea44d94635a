import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  anyPresent,
  concat,
  knownSize,
  linear,
  maskedMax,
  maskedMean,
  mlp,
  modulatedBlock,
  mul,
  standardize,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
  layers: z.int().positive().default(4).describe('modulated blocks of each input'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

/** The sequence of an input. */
interface Stream {
  readonly name: string;
  /** [B,T,dim] */
  readonly tokens: SymbolicTensor;
  /** [B,T] */
  readonly mask: SymbolicTensor;
}

/**
 * Cascaded mutual modulation (Yao et al. 2018, CMM): in every layer, each input in turn is read as the others then are. With
 * x_m = tokens_m W_m + b_m and u(x) = [mean_t x_t; max_t x_t],
 *
 *   c_m = norm(MLP([u(x_n) for every other n])),   x_m ← x_m + relu((1 + c_m G) ⊙ norm(relu(norm(x_m) W) V) + c_m S + s)
 *
 * the last input first, a question say, as the paper has it; pooled = norm(MLP([u(x_m) for every m])), tokens [B,ΣT_m,dim] are all
 * x_m. An input that is missing says nothing: zeros. One that is alone modulates itself. Tokens of an input do not see each other,
 * so that time is linear in their number.
 */
export const mutualFilm = defineFusion({
  specVersion: 'v1',
  name: 'mutual-film',
  options,
  create: ({ dim, layers, dropout }) => ({
    build(scope, parts): Features {
      let streams = Object.entries(parts).map(([name, { tokens, mask, present }]): Stream => ({
        name,
        tokens: linear(scope.at(name, 'project'), tokens, dim),
        mask: mul(mask, present),
      }));
      for (let layer = 0; layer < layers; layer++) {
        for (const { name } of [...streams].reverse()) {
          streams = streams.map((stream) =>
            stream.name === name ? modulated(scope.at(name, `block${layer}`), stream, streams) : stream,
          );
        }
      }
      const pooled = mlp(scope.at('pool'), concat(streams.map(said)), 2 * dim, dim, { dropout });
      return {
        tokens: concat(
          streams.map(({ tokens }) => tokens),
          1,
        ),
        mask: concat(streams.map(({ mask }) => mask)),
        pooled: standardize(pooled),
        present: anyPresent(parts),
      };
    },
  }),
});

/** u(x) [B,2·dim] */
const said = ({ tokens, mask }: Stream): SymbolicTensor => concat([maskedMean(tokens, mask), maskedMax(tokens, mask)]);

function modulated(scope: Scope, stream: Stream, streams: readonly Stream[]): Stream {
  const others = streams.filter(({ name }) => name !== stream.name);
  const heard = concat((others.length > 0 ? others : streams).map(said));
  const dim = knownSize(stream.tokens.shape, -1);
  const condition = standardize(mlp(scope.at('condition'), heard, 2 * dim, dim));
  return { ...stream, tokens: modulatedBlock(scope, stream.tokens, condition) };
}
