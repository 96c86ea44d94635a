import type { DataType, Random, Scope, SymbolicTensor, Symbols, Tensor } from '@sensorium/contracts';
import { gradients } from './differentiate.js';
import { toOnnx } from './onnx/write.js';
import { add, div, minimum, mul } from './operators/arithmetic.js';
import { loop, loopIndex, type Carried } from './operators/control.js';
import { gather } from './operators/indexing.js';
import { globalNorm, type Optimizer, type Schedule } from './optimizer.js';
import { createScope, type Parameter } from './scope.js';
import { constant, input } from './value.js';

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
  const { carried, gradientNorm } = updates(loss, parameters, options);
  const reports = { loss, gradientNorm, ...metrics };
  const count = input(STEPS, 'int64', []);
  const { final, collected } = loop({
    count,
    steps: STEPS,
    index,
    carried: [...carried.values()],
    collected: Object.values(reports),
  });
  const state = [...carried.keys()];
  const named = (names: readonly string[], values: readonly SymbolicTensor[]): [string, SymbolicTensor][] =>
    names.flatMap((name, position) => values.slice(position, position + 1).map((value): [string, SymbolicTensor] => [name, value]));
  const outputs = Object.fromEntries([
    ...named(state.map((name) => `next/${name}`), final),
    ...named(Object.keys(reports), collected),
  ]);
  return {
    model: toOnnx({ inputs: [count, ...[...carried.values()].map(({ initial }) => initial), ...fed], outputs }),
    parameters,
    state,
    noise,
    reports: Object.keys(reports),
    initialState: (random) => initialState(parameters, options.optimizer, random),
  };
}

const slotName = (parameter: string, slot: string): string => `${parameter}:${slot}`;

/** Every tensor of the state, with what one step makes of it. */
function updates(
  loss: SymbolicTensor,
  parameters: readonly Parameter[],
  { optimizer, learningRate, schedule, clip }: TrainingOptions,
): { carried: Map<string, Carried>; gradientNorm: SymbolicTensor } {
  const carried = new Map<string, Carried>();
  const leaf = (name: string, shape: readonly number[]): SymbolicTensor => input(name, 'float32', shape);
  const stepBefore = leaf('step', []);
  const step = add(stepBefore, 1);
  carried.set('step', { initial: leaf('step', []), current: stepBefore, next: step });

  const raw = gradients(loss, parameters.map(({ symbol }) => symbol));
  const gradientNorm = globalNorm(raw);
  const scale = clip === null ? null : minimum(div(constant(clip), add(gradientNorm, 1e-6)), 1);
  const update = optimizer.begin({ step, learningRate: mul(schedule(step), learningRate) });
  for (const [position, { name, shape, symbol, decay }] of parameters.entries()) {
    const gradient = raw[position];
    if (!gradient) continue;
    const slots = optimizer.slots.map((slot) => leaf(slotName(name, slot), shape));
    const next = update({ parameter: symbol, gradient: scale ? mul(gradient, scale) : gradient, slots, decay });
    carried.set(name, { initial: leaf(name, shape), current: symbol, next: next.parameter });
    for (const [at, slot] of optimizer.slots.entries()) {
      const [current, following] = [slots[at], next.slots[at]];
      if (!current || !following) throw new Error(`the optimizer gave no value for its slot ${slot}`);
      carried.set(slotName(name, slot), { initial: leaf(slotName(name, slot), shape), current, next: following });
    }
  }
  return { carried, gradientNorm };
}

function initialState(parameters: readonly Parameter[], { slots }: Optimizer, random: Random): Record<string, Tensor> {
  const state: Record<string, Tensor> = { step: { dtype: 'float32', shape: [], data: new Float32Array(1) } };
  for (const { name, shape, initialize } of parameters) {
    const data = initialize(shape, random.fork(name));
    state[name] = { dtype: 'float32', shape, data };
    for (const slot of slots) state[slotName(name, slot)] = { dtype: 'float32', shape, data: new Float32Array(data.length) };
  }
  return state;
}
