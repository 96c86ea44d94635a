import { SensoriumError, type Random, type SymbolicTensor, type Symbols, type Tensor } from '@sensorium/contracts';
import {
  gradients,
  toOnnx,
  add,
  cast,
  loop,
  createScope,
  type Parameter,
  type RootScope,
  input,
} from '@sensorium/graph';
import { once } from './once.js';
import { rewrite, leavesOf, valueOf, type Value } from '@sensorium/graph/transform';
import type { Adapted } from './adapters.js';
import { follow } from './averages.js';
import { createFeed, type BatchSpecs, type Noise } from './feed.js';
import type { Optimizer } from './optimizers.js';
import { checkNumbers } from './check-numbers.js';
import { pack, type Leaf } from './pack.js';
import type { Schedule } from './schedule.js';
import { fedState, firstValues, initialState, namedState } from './state.js';
import { stepScalars } from './step-scalars.js';
import { AVERAGE, step } from './step.js';
import { tuneGraph, type Tuning } from './tuning.js';

export interface Loss {
  /** float32 scalar: what to make small */
  readonly loss: SymbolicTensor;
  /** Scalars to be reported for every step. */
  readonly metrics?: Symbols;
  /** What parameters follow, by their names, where it is not what they were declared with. */
  readonly averages?: Symbols;
}

export interface TrainingOptions {
  /** What one batch consists of, with the batch dimension. */
  readonly batch: BatchSpecs;
  /** Builds the model over one batch, declaring its parameters in `scope`. */
  build(scope: RootScope, batch: Symbols): Loss;
  readonly optimizer: Optimizer;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: Schedule;
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
  readonly averaged: readonly string[];
  /** Of what is trained, by name. */
  readonly trainedShapes: Readonly<Record<string, readonly number[]>>;
  /** Names of the parameters that the model is fed and that never change. */
  readonly frozen: readonly string[];
  /** Names of the state's tensors: what is trained, its optimizer's slots, its average, what follows values, the step. */
  readonly state: readonly string[];
  /** uint8 inputs to be filled with random bytes; shapes of one batch. */
  readonly noise: readonly Noise[];
  /** [steps] each: `loss`, `gradientNorm`, and the metrics. Beside them `gradientNorms` [steps,trained]. */
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
const NORMS = 'gradientNorms';

/**
 * Differentiates the model and puts the optimizer behind it, all inside one Loop, so that state stays in the runtime. Throws
 * SENSORIUM_MANIFEST_INVALID for numbers with which nothing can be trained.
 */
export function trainingProgram(options: TrainingOptions): TrainingProgram {
  const { optimizer, accumulate = 1, average = null, segments = 1, tune = () => [], start = {} } = options;
  checkNumbers(options);
  const feed = createFeed(STEPS, accumulate);
  const scope = createScope(feed.random);
  const { loss, metrics = {}, averages = {} } = options.build(scope, feed.batch(options.batch));
  const parameters = scope.parameters.map((parameter) => followInstead(parameter, averages));
  const { outputs, trained, frozen, averaged, adapted } = tuneGraph(
    [loss, ...Object.values(metrics)],
    parameters,
    tune(parameters),
  );
  if (trained.length === 0) throw nothingToTrain();
  const leaves = pack(trained);
  const values = readFrom(leaves, [...outputs, ...averaged.map(({ value }) => value)]);
  const symbols = leaves.map(({ symbol }) => symbol);
  const means = feed.mean([...values, ...gradients(values[0] as Value, symbols, { segments })]);
  const [reported, followed, slopes] = [
    means.slice(0, outputs.length),
    means.slice(outputs.length, values.length),
    means.slice(values.length),
  ];

  const count = input(STEPS, 'int64', []);
  const before = input('step', 'float32', []);
  const scalars = stepScalars({ before, count, steps: STEPS, index: feed.index });
  const { state: stepped, norm, norms } = step(leaves, slopes, { ...options, average, scalars });
  const state = [...stepped, ...averaged.map((one, index) => follow(one, followed[index] as SymbolicTensor))];
  const reports = reportsOf(metrics, [...reported, norm]);
  const fed = state.map(fedState);
  const repeat = options.loop === false ? once : loop;
  const { final, collected } = repeat({
    count,
    steps: STEPS,
    index: feed.index,
    carried: state.map(({ current, next }, index) => ({ initial: fed[index]?.whole as SymbolicTensor, current, next })),
    collected: [...Object.values(reports), norms],
  });
  const after = {
    step: add(before, cast(count, 'float32')),
    ...Object.fromEntries(state.flatMap((one, index) => namedState(one, final[index] as Value))),
  };
  const read = leavesOf(means);
  const fedFrozen = frozen.filter(({ symbol }) => read.has(valueOf(symbol)));
  const slots = [...optimizer.slots, ...(average === null ? [] : [AVERAGE])];
  const first = firstValues(start);
  return {
    model: toOnnx({
      inputs: [
        ...[count, before, ...fed.flatMap(({ inputs }) => inputs)],
        ...[...fedFrozen.map(({ symbol }) => symbol), ...feed.inputs],
      ],
      outputs: { ...prefixed(after), ...zip([...Object.keys(reports), NORMS], collected) },
    }),
    parameters,
    trained: leaves.flatMap(({ members }) => members.map(({ name }) => name)),
    averaged: averaged.map(({ parameter }) => parameter.name),
    trainedShapes: Object.fromEntries(trained.map(({ name, shape }) => [name, shape])),
    frozen: fedFrozen.map(({ name }) => name),
    state: Object.keys(after),
    noise: feed.noise,
    reports: Object.keys(reports),
    merge: adapted.length ? mergeModel(adapted) : null,
    initialState: (random) => ({
      ...initialState(trained, slots, first(random)),
      ...Object.fromEntries(averaged.map(({ parameter }) => [parameter.name, first(random)(parameter)])),
    }),
    frozenValues: (random) => Object.fromEntries(frozen.map((one) => [one.name, first(random)(one)])),
  };
}

/** A parameter that follows the value that is given for it, if one is. */
function followInstead(parameter: Parameter, averages: Symbols): Parameter {
  const { name, average } = parameter;
  const of = averages[name];
  return average && of ? { ...parameter, average: { ...average, of } } : parameter;
}

/** A graph that reads its trained tensors from leaves. */
function readFrom(leaves: readonly Leaf[], outputs: readonly Value[]): Value[] {
  const packed = leaves.filter(({ members }) => members.length > 1);
  const parts = packed.flatMap((leaf) => leaf.part(leaf.symbol).map(valueOf));
  const own = packed.flatMap(({ members }) => members.map(({ symbol }) => valueOf(symbol)));
  return rewrite(outputs, new Map(own.map((value, index) => [value, parts[index] as Value])));
}

function reportsOf(metrics: Symbols, values: readonly SymbolicTensor[]): Symbols {
  const own = ['loss', 'gradientNorm', NORMS];
  const taken = Object.keys(metrics).find((name) => own.includes(name));
  if (taken !== undefined) {
    throw new SensoriumError({
      code: 'SENSORIUM_DUPLICATE_NAME',
      message: `a metric is called "${taken}", which every step reports anyway`,
      hint: 'Give the metric another name.',
    });
  }
  const { gradientNorm, loss, ...others } = zip(['loss', ...Object.keys(metrics), 'gradientNorm'], values);
  return { loss, gradientNorm, ...others } as Symbols;
}

function mergeModel(adapted: readonly Adapted[]): Uint8Array {
  return toOnnx({
    outputs: Object.fromEntries(adapted.map(({ parameter, merged }) => [`merged/${parameter.name}`, merged])),
  });
}

const zip = (names: readonly string[], values: readonly SymbolicTensor[]): Record<string, SymbolicTensor> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] as SymbolicTensor]));

const prefixed = (state: Symbols): Symbols =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [`next/${name}`, value]));

const nothingToTrain = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the model has no parameters to train',
    hint: 'Let at least one part be trained.',
  });
