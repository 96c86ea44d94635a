import { required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { convolutionsAsProducts } from '@sensorium/graph/transform';
import { gradientsOf, type Balance } from './balance.js';
import { followingState } from './following.js';
import type { Feed } from './feed.js';
import { followerStates, packFollowers } from './followers.js';
import { LEARNING_RATE, LOSS, NORM } from './loss.js';
import { pack, packOf, readFrom, type Leaf } from './pack.js';
import type { TrainingOptions } from './program.js';
import type { StepScalars } from './step-scalars.js';
import { step, type TensorState } from './step.js';
import type { TrainedModel } from './model.js';
import { zip } from './zip.js';

/** What one step makes of the state, and says. */
export interface LearningStep {
  /** What the optimizer updates. */
  readonly leaves: readonly Leaf[];
  readonly state: readonly TensorState[];
  /** Scalars by name. */
  readonly reports: Symbols;
  /** [trained] */
  readonly norms: SymbolicTensor;
  /** Everything that the step computes. */
  readonly read: readonly SymbolicTensor[];
}

/** Gradients, optimizer and all that follows. */
export function stepOf(
  { graph, named, balance }: TrainedModel,
  feed: Feed,
  scalars: StepScalars,
  { average = null, segments = 1, products = true, ...options }: TrainingOptions,
): LearningStep {
  const { outputs, trained, following: averaged, adapted, followers } = graph;
  const leaves = pack(trained, balance?.encoderOf);
  const averages = averaged.map(({ parameter }) => packOf([parameter]));
  const teachers = packFollowers(followers, [...leaves, ...averages]);
  const symbols = leaves.map(({ symbol }) => symbol);
  const read = readFrom([...leaves, ...teachers], [...outputs, ...averaged.map(({ value }) => value)]);
  const values = products ? convolutionsAsProducts(read, symbols) : read;
  const balanced = balance && withLosses(balance, values);
  const slopes = gradientsOf(required(values[0], LOSS), leaves, { balance: balanced, random: feed.random, segments });
  const means = feed.mean([...values, ...slopes.ofBatch]);
  const [loss, reportedOnes, statistics] = [
    means[0],
    means.slice(outputs.length - named.length, outputs.length),
    means.slice(outputs.length, values.length),
  ];

  const gradients = slopes.ofStep(means.slice(values.length));
  const { state: stepped, norm, norms, learningRate } = step(leaves, gradients, { ...options, average, scalars });
  const learned = [...stepped, ...zip(averaged, statistics, followingState)];
  const state = [...learned, ...followerStates(teachers, learned, adapted)];
  const reports: Symbols = {
    [LOSS]: required(loss, LOSS),
    [NORM]: norm,
    [LEARNING_RATE]: learningRate,
    ...Object.fromEntries(zip(named, reportedOnes, (name, value) => [name, value])),
  };
  return { leaves, state, reports, norms, read: [...means, ...state.map(({ next }) => next)] };
}

/** The losses of single modalities as the step computes them: they stand behind the loss of all. */
const withLosses = (balance: Balance, [, ...values]: readonly SymbolicTensor[]): Balance => ({
  ...balance,
  alone: Object.fromEntries(
    Object.keys(balance.alone).map((encoder, index) => [encoder, required(values[index], encoder)]),
  ),
});
