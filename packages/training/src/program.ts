import { SensoriumError, type Random, type Symbols, type Tensor } from '@sensorium/contracts';
import { add, cast, input, loop, toOnnx, type Parameter, type RootScope } from '@sensorium/graph';
import { leavesOf, valueOf } from '@sensorium/graph/transform';
import type { Adapted } from './adapters.js';
import { checkNumbers } from './check-numbers.js';
import { createFeed, type BatchSpecs, type Noise } from './feed.js';
import { stepOf } from './learning-step.js';
import { NORMS, type Loss } from './loss.js';
import { modelOf } from './model.js';
import { once } from './once.js';
import type { Optimizer } from './optimizers.js';
import type { Schedule } from './schedule.js';
import { fedState, firstValues, initialState, namedState } from './state.js';
import { stepScalars } from './step-scalars.js';
import { AVERAGE } from './step.js';
import type { Tuning } from './tuning.js';
import { zip } from './zip.js';

export interface TrainingOptions {
  /** What one batch consists of, with the batch dimension. */
  readonly batch: BatchSpecs;
  /** Builds the model over one batch, declaring its parameters in `scope`. */
  build(scope: RootScope, batch: Symbols): Loss;
  readonly optimizer: Optimizer;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Of the whole training, however it is cut into runs: what `scope.progress` counts. */
  readonly steps: number;
  /**
   * The program is fed how far training is: `schedule/clock` float32 [steps], where the schedule and `scope.progress` stand
   * at each step, from its own number to `steps`. For trainings that may end sooner, with their schedule at its end. Default
   * false: at the step's own number.
   */
  readonly paced?: boolean;
  /** Largest global norm of the gradient; null for none. */
  readonly clip: number | null;
  /** How each of the model's parameters is trained, one for each. Default: all in full. */
  readonly tune?: (parameters: readonly Parameter[]) => readonly Tuning[];
  /** First values of parameters by name, in place of their initializers'. */
  readonly start?: Readonly<Record<string, Tensor>>;
  /** So many batches make one step, by the mean of their gradients. Default 1 */
  readonly accumulate?: number;
  /** Keep an exponential moving average of the weights with this decay, 0…1; null for none. Default null */
  readonly average?: number | null;
  /**
   * Many steps a run, in one Loop; false: one step a run, without Loop. On WebGPU, where ONNX Runtime 1.30 has no Loop, a
   * Loop's state goes through main memory in every step. Default true
   */
  readonly loop?: boolean;
  /**
   * Convolutions are matrix products over the whole batch, which is what processors are fast at. Default true; false for
   * graphics cards, which convolve faster.
   */
  readonly products?: boolean;
  /** Cut the forward pass into so many parts, and compute all but the last again on the way back. Default 1: keep all. */
  readonly segments?: number;
}

/**
 * Several training steps as one ONNX model. Inputs: `steps` (int64 scalar), the state, the frozen parameters, and for every
 * tensor of a batch and every noise [steps,…], or [steps,accumulate,…] where several batches make a step. Outputs: the
 * state after the last step as `next/<name>`, and the reports.
 */
export interface TrainingProgram {
  readonly model: Uint8Array;
  /** All of the model's, trained or not. */
  readonly parameters: readonly Parameter[];
  /** Names of the tensors that are trained, in the order of `gradientNorms`. */
  readonly trained: readonly string[];
  /** Names of the parameters that are not trained and follow values of the graph. */
  readonly following: readonly string[];
  /** Of what is trained, by name. */
  readonly trainedShapes: Readonly<Record<string, readonly number[]>>;
  /** Names of the parameters that the model is fed and that never change. */
  readonly frozen: readonly string[];
  /** Names of the tensors of teachers, whose parameters change: `encoder/weight:follower`. */
  readonly followers: readonly string[];
  /** Names of the state's tensors: what is trained, its optimizer's slots, its average, what follows, the step. */
  readonly state: readonly string[];
  /** Inputs to be filled with random numbers; shapes of one batch. */
  readonly noise: readonly Noise[];
  /**
   * [steps] each: `loss`, of all; `gradientNorm`; `learningRate`; the losses of parts; the metrics. Beside them
   * `gradientNorms` [steps,trained].
   */
  readonly reports: readonly string[];
  /** The state before the first step. A parameter's values depend on the seed and its name alone. */
  initialState(random: Random): Record<string, Tensor>;
  /** The values of all frozen parameters, among them those that `frozen` names. */
  frozenValues(random: Random): Record<string, Tensor>;
  /**
   * For parameters with adapters, an ONNX model that takes both by their names, and gives what they make together as
   * `merged/<parameter>`; null where there are none.
   */
  readonly merge: Uint8Array | null;
}

const STEPS = 'steps';
const CLOCK = 'schedule/clock';

/**
 * Differentiates the model and puts the optimizer after it, all inside one Loop, so that state stays in the runtime. Throws
 * SENSORIUM_MANIFEST_INVALID for numbers with which nothing can be trained.
 */
export function trainingProgram(options: TrainingOptions): TrainingProgram {
  const { optimizer, accumulate = 1, average = null, start = {}, paced = false } = options;
  checkNumbers(options);
  const feed = createFeed(STEPS, accumulate);
  const count = input(STEPS, 'int64', []);
  const before = input('step', 'float32', []);
  const clock = paced ? input(CLOCK, 'float32', [STEPS]) : undefined;
  const scalars = stepScalars({ before, count, steps: STEPS, ...(clock && { clock }), index: feed.index });
  const model = modelOf(options, feed, scalars);
  const { parameters, graph } = model;
  const { trained, frozen, following: averaged, adapted } = graph;
  if (trained.length === 0) throw nothingToTrain();

  const { leaves, state, reports, norms, read } = stepOf(model, feed, scalars, options);
  const fed = state.map(fedState);
  const repeat = options.loop === false ? once : loop;
  const { final, collected } = repeat({
    count,
    steps: STEPS,
    index: feed.index,
    carried: zip(state, fed, ({ current, next }, { whole }) => ({ initial: whole, current, next })),
    collected: [...Object.values(reports), norms],
  });
  const after = {
    step: add(before, cast(count, 'float32')),
    ...Object.fromEntries(zip(state, final, namedState).flat()),
  };
  const rests = leavesOf(read);
  const fedFrozen = frozen.filter(({ symbol }) => rests.has(valueOf(symbol)));
  const slots = [...optimizer.slots, ...(average === null ? [] : [AVERAGE])];
  const first = firstValues(start);
  return {
    model: toOnnx({
      inputs: [
        ...[count, before, ...(clock ? [clock] : []), ...fed.flatMap(({ inputs }) => inputs)],
        ...[...fedFrozen.map(({ symbol }) => symbol), ...feed.inputs],
      ],
      outputs: {
        ...Object.fromEntries(Object.entries(after).map(([name, value]) => [`next/${name}`, value])),
        ...Object.fromEntries(zip([...Object.keys(reports), NORMS], collected, (name, value) => [name, value])),
      },
    }),
    parameters,
    trained: leaves.flatMap(({ members }) => members.map(({ name }) => name)),
    following: averaged.map(({ parameter }) => parameter.name),
    followers: graph.followers.map(({ name }) => name),
    trainedShapes: Object.fromEntries(trained.map(({ name, shape }) => [name, shape])),
    frozen: fedFrozen.map(({ name }) => name),
    state: Object.keys(after),
    noise: feed.noise,
    reports: Object.keys(reports),
    merge: adapted.length ? mergeModel(adapted) : null,
    initialState: (random) => initialState({ ...graph, slots, first: first(random) }),
    frozenValues: (random) => Object.fromEntries(frozen.map((one) => [one.name, first(random)(one)])),
  };
}

function mergeModel(adapted: readonly Adapted[]): Uint8Array {
  return toOnnx({
    outputs: Object.fromEntries(adapted.map(({ parameter, merged }) => [`merged/${parameter.name}`, merged])),
  });
}

const nothingToTrain = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the model has no parameters to train',
    hint: 'Let at least one part be trained.',
  });
