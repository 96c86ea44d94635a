import {
  defineFusion,
  required,
  SensoriumError,
  type Features,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import {
  anyPresent,
  divideParts,
  dropout as drop,
  knownSize,
  linear,
  maskedSoftmax,
  matmul,
  reshape,
  squeeze,
  standardize,
  transpose,
  unsqueeze,
  vectorFeatures,
  type FusedParts,
} from '@sensorium/graph';
import { z } from 'zod';
import { kinds, type Seen } from './kinds.js';

const options = z.strictObject({
  kind: z
    .enum(['mlb', 'mutan', 'mfb'])
    .default('mutan')
    .describe('how weights of a product of both inputs are made few'),
  by: z.string().optional().describe('the input that decides where the other is looked at; by default the last one'),
  dim: z.int().positive().default(128).describe('width of the result'),
  hidden: z.int().positive().default(128).describe('width of the space that both inputs are multiplied in'),
  rank: z.int().positive().default(5).describe('products that are added up, of mutan and mfb'),
  glimpses: z
    .int()
    .min(0)
    .default(2)
    .describe('places of the other input that are looked at; 0: its pooled vector alone'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of the products dropped in training'),
});

type Options = z.output<typeof options>;

/**
 * Bilinear fusion of two inputs, a question and a picture say: z = J(x, y) is made of products of their features, with far fewer
 * weights than a whole tensor xᵀ W y has. σ = tanh, ⊙ multiplies feature by feature, U and V are layers:
 *
 *   mlb     z = σ(U x) ⊙ σ(V y)                                        (Kim et al. 2017)
 *   mutan   z = Σ_r (M_r σ(U x)) ⊙ (N_r σ(V y))                        (Ben-younes et al. 2017)
 *   mfb     z = l2(√±(Σ_r (U_r x) ⊙ (V_r y))), √±v = sign(v) √|v|      (Yu et al. 2017)
 *
 * As in these papers, the input `by` first decides where the tokens y_t of the other are looked at, `glimpses` times:
 *
 *   a_g = softmax_t(J'(x, y_t) A)_g,   y = [Σ_t a_gt y_t for every glimpse g],   pooled = norm(J(x, y) W + b)
 *
 * x is norm(pooled) of `by`, y_t = norm(token), norm(v) = (v − mean(v)) / deviation(v). The factor of a missing input is 1: what is left is
 * what the other says. Padding is not looked at. Other than two inputs are SENSORIUM_MANIFEST_INVALID. The result [B,dim] is one token.
 */
export const bilinear = defineFusion({
  specVersion: 'v1',
  name: 'bilinear',
  options,
  create: (given) => ({
    build(scope, parts): Features {
      const { asking, other } = pairOf(parts, given.by);
      const question = { x: unsqueeze(standardize(asking.pooled), 1), present: unsqueeze(asking.present, 1) };
      const seen = { x: lookedAt(scope.at('attend'), question, other, given), present: unsqueeze(other.present, 1) };
      const joint = joined(scope.at('fuse'), question, seen, given);
      const pooled = standardize(linear(scope.at('output'), squeeze(joint, 1), given.dim));
      return vectorFeatures(pooled, anyPresent(parts));
    },
  }),
});

function pairOf(parts: FusedParts, by: string | undefined): { asking: Features; other: Features } {
  const names = Object.keys(parts);
  if (names.length !== 2) {
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: `a bilinear fusion is of two inputs, and "of" names ${names.length}: ${names.join(', ')}`,
      hint: 'Fuse by "low-rank", which multiplies any number of inputs, or fuse two of them, and the result with the next.',
    });
  }
  const { named, others } = divideParts(parts, 'by', by === undefined ? names.slice(1) : [by]);
  const only = (one: FusedParts): Features => required(Object.values(one)[0], 'one of two inputs');
  return { asking: only(named), other: only(others) };
}

/** What the question sees of the other input: [B,1,E]. */
function lookedAt(
  scope: Scope,
  question: Seen,
  { tokens, mask, pooled, present }: Features,
  given: Options,
): SymbolicTensor {
  const [, count] = tokens.shape;
  // Of a single token there is nothing to choose.
  if (given.glimpses === 0 || count === 1) return unsqueeze(standardize(pooled), 1);
  const places = standardize(tokens);
  const joint = joined(scope, question, { x: places, present: unsqueeze(present, 1) }, given);
  // A bias would add the same to all scores, which softmax takes away again.
  const scores = transpose(linear(scope.at('scores'), joint, given.glimpses, { bias: false }), [0, 2, 1]);
  const glimpses = matmul(maskedSoftmax(scores, unsqueeze(mask, 1)), places);
  const width = given.glimpses * knownSize(tokens.shape, 2);
  return reshape(glimpses, [required(tokens.shape[0], 'the batch'), 1, width]);
}

/** J: x [B,1,D] and y [B,T,E] → [B,T,hidden]. */
const joined = (scope: Scope, x: Seen, y: Seen, { kind, hidden, rank, dropout }: Options): SymbolicTensor =>
  drop(scope, kinds[kind](scope, x, y, { hidden, rank }), dropout);
