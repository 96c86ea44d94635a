import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  linear,
  maskedSoftmax,
  mean,
  mlp,
  mul,
  oneHot,
  project,
  slice,
  softmax,
  standardize,
  sum,
  topK,
  vectorFeatures,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z
  .strictObject({
    dim: z.int().positive().default(128).describe('width of the result'),
    hidden: z.int().positive().default(256).describe('hidden width of an expert'),
    experts: z.int().min(2).default(4).describe('how many there are'),
    chosen: z.int().positive().default(2).describe('how many of them answer a sample'),
    balance: z.number().min(0).default(0.01).describe('weight of the loss that keeps all experts busy'),
    noise: z.number().min(0).default(0).describe('deviation of what is added to the router’s scores in training'),
    dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  })
  .refine(({ chosen, experts }) => chosen <= experts, { path: ['chosen'], error: 'more than there are experts' });

type Options = z.output<typeof options>;

/**
 * A mixture of experts, of which a router chooses the best few for each sample (Shazeer et al. 2017; Fedus et al. 2022, Switch): with
 * x = [p_m; present_m for every input m], p_m = present_m (norm(pooled_m) W_m + b_m),
 *
 *   h = x R + ε,   g = softmax of the `chosen` largest of h, and 0 elsewhere,   fused = norm(Σ_e g_e MLP_e(x))
 *
 * with ε ~ N(0, noise²) in training alone (Riquelme et al. 2021). What keeps all experts busy is a loss of its own (Switch, eq. 4),
 * balance · E Σ_e f_e P_e, with f_e the share of choices that fell on e in the batch, and P_e the mean of softmax(h)_e: `balance` where
 * all are chosen alike, more where they are not. All experts are computed for every sample, as graphs have fixed shapes: what a
 * choice spares is not time, but the mixing of what different samples need. The result is one token [B,1,dim].
 */
export const moe = defineFusion({
  specVersion: 'v1',
  name: 'moe',
  options,
  create: (given) => ({
    build(scope, parts): Features {
      const { dim, hidden, experts, dropout } = given;
      const x = concat(
        Object.entries(parts).flatMap(([name, part]) => [project(scope.at(name, 'project'), part, dim), part.present]),
      );
      const gates = route(scope, x, given);
      const answers = Array.from({ length: experts }, (_, index) =>
        mul(mlp(scope.at(`expert${index}`), x, hidden, dim, { dropout }), slice(gates, 1, index, index + 1)),
      );
      return vectorFeatures(standardize(answers.reduce(add)), anyPresent(parts));
    },
  }),
});

/** How much each expert counts: [B,E], 0 for those that are not chosen. */
function route(scope: Scope, x: SymbolicTensor, { experts, chosen, balance, noise }: Options): SymbolicTensor {
  const scores = noisy(scope, linear(scope.at('router'), x, experts, { bias: false }), noise);
  const { indices } = topK(scores, chosen);
  const choice = sum(oneHot(indices, experts), [1]);
  const shares = mul(mean(choice, [0]), 1 / chosen);
  scope.loss('balance', mul(sum(mul(shares, mean(softmax(scores), [0]))), balance * experts));
  return maskedSoftmax(scores, choice);
}

const noisy = (scope: Scope, scores: SymbolicTensor, noise: number): SymbolicTensor =>
  scope.mode === 'inference' || noise === 0 ? scores : add(scores, mul(scope.random(scores.shape, 'normal'), noise));
