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
  div,
  greater,
  linear,
  max,
  maximum,
  mlp,
  mul,
  normal,
  relu,
  standardize,
  sum,
  unsqueeze,
  where,
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
      const mask = concat(read.map(([, part]) => mul(part.mask, part.present)));
      let tokens: SymbolicTensor = concat(
        read.map(([name, part]) =>
          add(
            linear(scope.at(name, 'project'), part.tokens, dim, { bias: false }),
            scope.at(name).parameter('modality', [dim], normal(0.3)),
          ),
        ),
        1,
      );
      for (let layer = 0; layer < layers; layer++) {
        tokens = add(tokens, modulated(scope.at(`block${layer}`), tokens, condition, dim));
      }
      const gathered = concat([meanOf(tokens, mask), strongestOf(tokens, mask), condition]);
      const pooled = standardize(mlp(scope.at('pool'), gathered, 2 * dim, dim, { dropout }));
      const present = Object.values(parts)
        .map((part) => part.present)
        .reduce(maximum);
      return { tokens, mask, pooled, present };
    },
  }),
});

type Parts = Readonly<Record<string, Features>>;

/** Which inputs decide, and which are read: the others, or, where there are none, the same. */
function rolesOf(parts: Parts, by: readonly string[] | undefined) {
  const names = Object.keys(parts);
  const deciders = by ?? names.slice(-1);
  const unknown = deciders.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: `"by" names "${unknown}", and the fusion is of ${names.join(', ')}`,
      hint: `Name some of ${names.join(', ')}.`,
    });
  }
  const others = Object.entries(parts).filter(([name]) => !deciders.includes(name));
  return {
    deciding: deciders.map((name) => required(parts[name], `the input "${name}"`)),
    read: others.length > 0 ? others : Object.entries(parts),
  };
}

/** What the deciding inputs say [B,dim]. A missing one says nothing: zeros. */
function conditionOf(scope: Scope, deciding: readonly Features[], dim: number): SymbolicTensor {
  const said = concat(deciding.map(({ pooled, present }) => mul(pooled, present)));
  return standardize(mlp(scope, said, 2 * dim, dim));
}

/** What a block adds to its tokens: [B,T,dim], condition [B,dim] → [B,T,dim]. */
function modulated(scope: Scope, tokens: SymbolicTensor, condition: SymbolicTensor, dim: number): SymbolicTensor {
  const inner = relu(linear(scope.at('expand'), standardize(tokens), dim));
  const scale = unsqueeze(add(linear(scope.at('scale'), condition, dim, { bias: false }), 1), 1);
  const shift = unsqueeze(linear(scope.at('shift'), condition, dim), 1);
  return relu(add(mul(standardize(linear(scope.at('contract'), inner, dim, { bias: false })), scale), shift));
}

/** Mean over the tokens that are there: [B,T,D], mask [B,T] → [B,D]; 0 where there are none. */
function meanOf(tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const shares = div(mask, maximum(sum(mask, [1], { keep: true }), 1));
  return sum(mul(tokens, unsqueeze(shares, 2)), [1]);
}

/** The strongest value of each feature among the tokens that are there: [B,T,D], mask [B,T] → [B,D]; 0 where there are none. */
function strongestOf(tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const strongest = max(where(greater(unsqueeze(mask, 2), 0), tokens, -1e9), [1]);
  return mul(strongest, max(mask, [1], { keep: true }));
}
