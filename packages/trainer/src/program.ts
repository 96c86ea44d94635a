import type { Backend, ResolvedManifest, Scope, SymbolicTensor, Symbols, Tensor, Tensors } from '@sensorium/contracts';
import { add, input, mul } from '@sensorium/graph';
import { adamw, lion, schedule, sgd, trainingProgram, type Optimizer, type TrainingProgram } from '@sensorium/training';
import { buildModel, mapRecord, modelInputs, type Parts } from '@sensorium/orchestrator';
import type { FeaturePlan } from './features/plan.js';
import type { StepSize } from './step-size.js';
import { tuningsOf } from './tuning.js';

/** Inputs of the training program that hold the targets of a head. */
export const targetName = (head: string, target: string): string => `target/${head}/${target}`;

export interface ProgramOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly size: StepSize;
  /** Weights to start from, by name. */
  readonly start: Tensors;
  /** What of the model was computed before. */
  readonly features?: FeaturePlan | null;
  /** Whether a run takes several steps in a Loop. */
  readonly loop: boolean;
}

/** The whole model, its loss, its gradient and its optimizer, over batches of `batchSize`, as one program. */
export function modelProgram(options: ProgramOptions): TrainingProgram {
  const { manifest, parts, size, start, features, loop } = options;
  const { batchSize, accumulate } = size;
  const { epochs, learningRate, schedule: shape, warmup, clip, average, recompute } = manifest.training;
  const steps = size.perEpoch * epochs;
  const targets = Object.entries(parts.heads).flatMap(([name, { head }]) =>
    Object.entries(head.targets).map(([target, spec]) => [targetName(name, target), spec] as const),
  );
  const inputs = Object.entries(modelInputs(parts)).filter(([name]) => !features || features.tensors.has(name));
  const specs = { ...Object.fromEntries([...inputs, ...targets]), ...features?.specs };
  const lossOver = (scope: Scope, x: Symbols, batch: Symbols): SymbolicTensor =>
    totalLoss(parts, buildModel(parts, scope, x).outputs, batch);
  return trainingProgram({
    batch: mapRecord(specs, (spec) => ({ dtype: spec.dtype, shape: [batchSize, ...spec.shape] })),
    build(scope, batch) {
      if (!features) return { loss: lossOver(scope, batch, batch) };
      const x = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [batchSize, ...shape]));
      const whole = lossOver(scope, x, batch);
      const followed = scope.parameters.flatMap(({ name, average }) => (average ? [[name, average.of] as const] : []));
      const [loss, ...values] = features.behind([whole, ...followed.map(([, value]) => value)], x, batch);
      const averages = Object.fromEntries(followed.map(([name], index) => [name, values[index] as SymbolicTensor]));
      return { loss: loss as SymbolicTensor, averages };
    },
    optimizer: optimizerOf(manifest.training),
    learningRate,
    schedule: schedule({ shape, steps, warmup: Math.round(steps * warmup) }),
    clip,
    tune: (parameters) => tuningsOf(manifest, parameters, start),
    start,
    accumulate,
    average,
    segments: recompute,
    loop,
  });
}

function optimizerOf({ optimizer, weightDecay }: ResolvedManifest['training']): Optimizer {
  const { use, ...options } = typeof optimizer === 'string' ? { use: optimizer } : optimizer;
  return { adamw, sgd, lion }[use]({ ...options, weightDecay });
}

function totalLoss(parts: Parts, outputs: Readonly<Record<string, Symbols>>, batch: Symbols): SymbolicTensor {
  const losses = Object.entries(parts.heads).map(([name, { head, weight }]) => {
    const targets = Object.fromEntries(
      Object.keys(head.targets).flatMap((target) => {
        const symbol = batch[targetName(name, target)];
        return symbol ? [[target, symbol] as const] : [];
      }),
    );
    return mul(head.loss(outputs[name] ?? {}, targets), weight);
  });
  return losses.reduce(add);
}

/** What training changed, without the optimizer's slots: the tensors themselves, or their averages. */
export function trainedOf({ trained, averaged }: TrainingProgram, state: Tensors): Record<string, Tensor> {
  return Object.fromEntries(
    [...trained, ...averaged].flatMap((name) => {
      const tensor = state[`${name}:average`] ?? state[name];
      return tensor ? [[name, tensor] as const] : [];
    }),
  );
}

/** The weights of every parameter: trained, frozen, or a frozen one and its adapter in one. */
export async function weightsOf(
  { merge }: TrainingProgram,
  trained: Tensors,
  frozen: Tensors,
  backend: Backend,
): Promise<Record<string, Tensor>> {
  const all = { ...frozen, ...trained };
  if (!merge) return all;
  const session = await backend.load(merge, { isolate: true });
  try {
    const needed = session.inputNames.flatMap((name) => (all[name] ? [[name, all[name]] as const] : []));
    const merged = await session.run(Object.fromEntries(needed));
    const renamed = Object.entries(merged).map(([name, tensor]) => [name.replace(/^merged\//, ''), tensor] as const);
    return { ...all, ...Object.fromEntries(renamed) };
  } finally {
    await session.dispose();
  }
}
