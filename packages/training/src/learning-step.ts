import { required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { gradients } from '@sensorium/graph';
import { convolutionsAsProducts } from '@sensorium/graph/transform';
import { followingState } from './following.js';
import type { Feed } from './feed.js';
import { followerStates, packFollowers } from './followers.js';
import { LEARNING_RATE, LOSS, NORM } from './loss.js';
import { pack, packOf, readFrom, type Leaf } from './pack.js';
import type { TrainingOptions } from './program.js';
import type { StepScalars } from './step-scalars.js';
import { step, type TensorState } from './step.js';
import type { TunedGraph } from './tuning.js';
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

/** Gradients, optimizer and all that follows, of a model whose outputs are the loss, and what is reported as `named`. */
export function stepOf(
  graph: TunedGraph,
  named: readonly string[],
  feed: Feed,
  scalars: StepScalars,
  { average = null, segments = 1, products = true, ...options }: TrainingOptions,
): LearningStep {
  const { outputs, trained, following: averaged, adapted, followers } = graph;
  const leaves = pack(trained);
  const averages = averaged.map(({ parameter }) => packOf([parameter]));
  const teachers = packFollowers(followers, [...leaves, ...averages]);
  const symbols = leaves.map(({ symbol }) => symbol);
  const read = readFrom([...leaves, ...teachers], [...outputs, ...averaged.map(({ value }) => value)]);
  const values = products ? convolutionsAsProducts(read, symbols) : read;
  const means = feed.mean([...values, ...gradients(required(values[0], LOSS), symbols, { segments })]);
  const [[loss, ...others], statistics, slopes] = [
    means.slice(0, outputs.length),
    means.slice(outputs.length, values.length),
    means.slice(values.length),
  ];

  const { state: stepped, norm, norms, learningRate } = step(leaves, slopes, { ...options, average, scalars });
  const learned = [...stepped, ...zip(averaged, statistics, followingState)];
  const state = [...learned, ...followerStates(teachers, learned, adapted)];
  const reports: Symbols = {
    [LOSS]: required(loss, LOSS),
    [NORM]: norm,
    [LEARNING_RATE]: learningRate,
    ...Object.fromEntries(zip(named, others, (name, value) => [name, value])),
  };
  return { leaves, state, reports, norms, read: [...means, ...state.map(({ next }) => next)] };
}
