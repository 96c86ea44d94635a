import {
  SensoriumError,
  type DataType,
  type Random,
  type Scope,
  type Shape,
  type SymbolicTensor,
  type Symbols,
  type Tensor,
} from '@sensorium/contracts';
import { gradients } from './differentiate.js';
import { toOnnx } from './onnx/write.js';
import { add, div, minimum, mul } from './operators/arithmetic.js';
import { loop, loopIndex, type Carried } from './operators/control.js';
import { gather } from './operators/indexing.js';
import { globalNorm, type Optimizer, type Schedule } from './optimizer.js';
import { createScope, type Parameter } from './scope.js';
import { input } from './value.js';

export interface Loss {
  /** float32 scalar: what to make small */
  readonly loss: SymbolicTensor;
  /** Scalars to be reported for every step. */
  readonly metrics?: Symbols;
}

export interface TrainingOptions {
  /** What one batch consists of, with the batch dimension. */
  readonly batch: Readonly<Record<string, { readonly dtype: DataType; readonly shape: readonly number[] }>>;
  /** Builds the model over one batch, declaring its parameters in `scope`. */
  build(scope: Scope, batch: Symbols): Loss;
  readonly optimizer: Optimizer;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Largest global norm of the gradient; null for none. */
  readonly clip: number | null;
}

/**
 * Several training steps as one ONNX model. Inputs: `steps` (int64 scalar), the state, and for every tensor of a batch
 * and every noise [steps,…]. Outputs: the state after the last step as `next/<name>`, and the reports [steps].
 */
export interface TrainingProgram {
  readonly model: Uint8Array;
  readonly parameters: readonly Parameter[];
  /** Names of the state's tensors: parameters, optimizer slots, the step. */
  readonly state: readonly string[];
  /** uint8 inputs to be filled with random bytes; shapes of one step. */
  readonly noise: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** `loss`, `gradientNorm`, and the metrics. */
  readonly reports: readonly string[];
  /** The state before the first step. A parameter's values depend on the seed and its name alone. */
  initialState(random: Random): Record<string, Tensor>;
}

const STEPS = 'steps';

/** Differentiates the model and puts the optimizer behind it, all inside one Loop, so that state stays in the runtime. */
export function trainingProgram(options: TrainingOptions): TrainingProgram {
  const index = loopIndex();
  const fed: SymbolicTensor[] = [];
  const feed = (name: string, dtype: DataType, shape: readonly number[]): SymbolicTensor => {
    const all = input(name, dtype, [STEPS, ...shape]);
    fed.push(all);
    return gather(all, index);
  };
  const noise: { name: string; shape: readonly number[] }[] = [];
  const scope = createScope((shape) => {
    const name = `noise/${noise.length}`;
    noise.push({ name, shape });
    return feed(name, 'uint8', shape);
  });
  const batch = Object.fromEntries(
    Object.entries(options.batch).map(([name, { dtype, shape }]) => [name, feed(name, dtype, shape)]),
  );
  const { loss, metrics = {} } = options.build(scope, batch);
  const { parameters } = scope;
  if (parameters.length === 0) throw nothingToTrain();
  const { state, gradientNorm } = step(loss, parameters, options);
  const reports = reportsOf(loss, gradientNorm, metrics);
  const count = input(STEPS, 'int64', []);
  const { final, collected } = loop({ count, steps: STEPS, index, carried: state, collected: Object.values(reports) });
  const names = state.map(({ name }) => name);
  return {
    model: toOnnx({
      inputs: [count, ...state.map(({ initial }) => initial), ...fed],
      outputs: {
        ...named(
          names.map((name) => `next/${name}`),
          final,
        ),
        ...named(Object.keys(reports), collected),
      },
    }),
    parameters,
    state: names,
    noise,
    reports: Object.keys(reports),
    initialState: (random) => initialState(parameters, options.optimizer, random),
  };
}

const nothingToTrain = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the model has no parameters, so there is nothing to train',
  });

function named(names: readonly string[], values: readonly SymbolicTensor[]): Record<string, SymbolicTensor> {
  return Object.fromEntries(values.map((value, index) => [names[index] as string, value]));
}

function reportsOf(loss: SymbolicTensor, gradientNorm: SymbolicTensor, metrics: Symbols): Symbols {
  const own = { loss, gradientNorm };
  for (const name of Object.keys(metrics)) {
    if (!(name in own)) continue;
    throw new SensoriumError({
      code: 'SENSORIUM_DUPLICATE_NAME',
      message: `a metric is called "${name}", which every step reports anyway`,
      hint: 'Give the metric another name.',
    });
  }
  return { ...own, ...metrics };
}

/** A tensor of the state, and what one step makes of it. */
interface State extends Carried {
  readonly name: string;
}

/** One training step. */
function step(
  loss: SymbolicTensor,
  parameters: readonly Parameter[],
  { optimizer, learningRate, schedule, clip }: TrainingOptions,
): { state: State[]; gradientNorm: SymbolicTensor } {
  const symbols = parameters.map(({ symbol }) => symbol);
  const raw = gradients(loss, symbols);
  const gradientNorm = globalNorm(raw);
  const scale = clip === null ? 1 : minimum(div(clip, add(gradientNorm, 1e-6)), 1);
  const stepsDone = leaf('step', []);
  const number = add(stepsDone, 1);
  const update = optimizer.begin({ step: number, learningRate: mul(schedule(number), learningRate) });
  const state: State[] = [carry('step', stepsDone, number)];
  for (const [index, gradient] of raw.entries()) {
    const { name, shape, symbol, decay } = parameters[index] as Parameter;
    const slots = optimizer.slots.map((slot) => leaf(slotName(name, slot), shape));
    const next = update({ parameter: symbol, gradient: scale === 1 ? gradient : mul(gradient, scale), slots, decay });
    state.push(carry(name, symbol, next.parameter));
    for (const [at, slot] of optimizer.slots.entries()) {
      state.push(carry(slotName(name, slot), slots[at] as SymbolicTensor, next.slots[at] as SymbolicTensor));
    }
  }
  return { state, gradientNorm };
}

const slotName = (parameter: string, slot: string): string => `${parameter}:${slot}`;
const leaf = (name: string, shape: Shape): SymbolicTensor => input(name, 'float32', shape);

function carry(name: string, current: SymbolicTensor, next: SymbolicTensor): State {
  return { name, initial: leaf(name, current.shape), current, next };
}

function initialState(parameters: readonly Parameter[], { slots }: Optimizer, random: Random): Record<string, Tensor> {
  const zeros = (shape: readonly number[]): Tensor => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const state: Record<string, Tensor> = { step: zeros([]) };
  for (const { name, shape, initialize } of parameters) {
    state[name] = { dtype: 'float32', shape, data: initialize(shape, random.fork(name)) };
    for (const slot of slots) state[slotName(name, slot)] = zeros(shape);
  }
  return state;
}
