import { defineHead, type Model, type Momentum, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { abs, add, div, knownSize, less, maximum, mean, mlp, mul, square, sub, sum, where } from '@sensorium/graph';
import { z } from 'zod';
import { hiddenTokens } from './hidden-tokens.js';
import { targets } from './targets.js';

const share = z.number().min(0).max(1);

const options = z.strictObject({
  hidden: z.number().gt(0).lt(1).default(0.6).describe('share of the tokens that the student does not see'),
  block: z.int().positive().default(3).describe('side in tokens of what is hidden together; 1 for single tokens'),
  layers: z.int().positive().default(4).describe('how many of the teacher’s last layers are predicted, by their mean'),
  momentum: share.default(0.99).describe('how slowly the teacher follows when training begins'),
  finalMomentum: share.default(0.999).describe('how slowly the teacher follows when training ends'),
  beta: z.number().positive().default(2).describe('errors above this count linearly instead of squared'),
  predictor: z.int().positive().default(256).describe('hidden width of the predictor'),
});

type Data2vecOptions = z.output<typeof options>;

/**
 * data2vec (Baevski et al. 2022): of every input, the student sees the tokens that are not hidden, and predicts at the hidden
 * ones what a teacher makes of all of them. The teacher is the same encoder, whose weights follow the student's.
 *
 *   y = 1/K Σ_k norm h^k   of the teacher's last K layers,   loss = smoothL1(predictor(student_t) − y_t) at hidden t
 *
 * It needs no column and gives no answers: it trains encoders.
 */
export const data2vec = defineHead({
  specVersion: 'v1',
  name: 'data2vec',
  options,
  create: (given) => ({
    loss(scope, model) {
      const teacher = add(mul(scope.progress, given.finalMomentum - given.momentum), given.momentum);
      const losses = model.inputs.map((name) => inputLoss(scope.at(name), model, name, { ...given, teacher }));
      return mul(losses.reduce(add), 1 / losses.length);
    },
  }),
});

/** The mean over the samples of the mean over their hidden tokens; 0 for a sample without this input. */
function inputLoss(
  scope: Scope,
  model: Model,
  name: string,
  { hidden: share, block, layers, beta, predictor, teacher: momentum }: Data2vecOptions & { teacher: Momentum },
): SymbolicTensor {
  const hidden = mul(hiddenTokens(scope, model.encode(name), { share, block }), model.input(name).present);
  const student = model.encode(name, { hidden });
  const wanted = targets(model.encode(name, { teacher: momentum }), layers);
  const predicted = mlp(scope, student.tokens, predictor, knownSize(wanted.shape, -1));
  const errors = mean(smoothL1(sub(predicted, wanted), beta), [2]);
  return mean(div(sum(mul(errors, hidden), [1]), maximum(sum(hidden, [1]), 1)));
}

/** x² / 2β, and beyond β linear: |x| − β/2 */
function smoothL1(x: SymbolicTensor, beta: number): SymbolicTensor {
  const size = abs(x);
  return where(less(size, beta), mul(square(x), 0.5 / beta), sub(size, beta / 2));
}
